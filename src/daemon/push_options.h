#pragma once

#include "base/output_sink.h"
#include "runtime/strategy.h"
#include "store/environment.h"
#include "store/resources.h"

#include <optional>
#include <string>
#include <vector>

namespace penstock {

// What `git push -o` asked for.
struct PushOptions {
  bool activate = false;
  std::optional<std::string> title;
  std::optional<std::string> parent;
  std::optional<EnvironmentType> type;
  std::optional<bool> clone_parent;
  Strategy strategy = Strategy::StopStart;
  bool plan = false;                                // only tell what the push would do
  ResourcesInit resources = ResourcesInit::Parent;  // of a branch that is new

  // An option that is not known is told on `warnings` and ignored. Throws UserError for a value that cannot be.
  static PushOptions parse(const std::vector<std::string>& options, OutputSink& warnings);
};

}  // namespace penstock
