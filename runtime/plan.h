// What a deployment would do: computed beforehand, changing nothing.
#pragma once

#include "base/json.h"
#include "base/output_sink.h"
#include "runtime/strategy.h"

#include <string>
#include <vector>

namespace penstock {

// One thing that would happen, or stay as it is: {"restart", "app", "its configuration changed"}.
struct PlanEntry {
  std::string action;
  std::string subject;
  std::string why{};  // may be empty
};

// Things of one kind: builds, containers, mounts, routes, …
struct PlanSection {
  std::string name;   // as JSON calls it: "containers"
  std::string title;  // as people read it
  std::vector<PlanEntry> entries;
};

struct Plan {
  std::string environment;
  std::string commit;
  Strategy strategy = Strategy::StopStart;
  std::vector<std::string> notes;  // of the whole, a sentence each
  std::vector<PlanSection> sections;

  Json to_json() const;
  // For people. Sections without entries are left out.
  void write(OutputSink& output) const;
};

}  // namespace penstock
