#include "runtime/plan.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace penstock {
namespace {

constexpr std::size_t kShownCommit = 7;

Json json_of(const PlanSection& section) {
  Json entries = Json::array();
  for (const PlanEntry& entry : section.entries) {
    entries.push_back({{"action", entry.action}, {"subject", entry.subject}, {"why", entry.why}});
  }
  return entries;
}

void write_section(const PlanSection& section, OutputSink& output) {
  if (section.entries.empty()) return;
  output.line("\n  " + section.title);
  for (const PlanEntry& entry : section.entries) {
    output.line(fmt::format("    {} {}{}", entry.action, entry.subject, entry.why.empty() ? "" : ": " + entry.why));
  }
}

}  // namespace

Json Plan::to_json() const {
  Json json = {{"environment", environment}, {"commit", commit}, {"strategy", to_string(strategy)}, {"notes", notes}};
  for (const PlanSection& section : sections) json[section.name] = json_of(section);
  return json;
}

void Plan::write(OutputSink& output) const {
  output.line(fmt::format("Plan for environment {}: commit {}, strategy {}", environment,
                          commit.substr(0, kShownCommit), to_string(strategy)));
  for (const std::string& note : notes) output.line("  " + note);
  for (const PlanSection& section : sections) write_section(section, output);
}

}  // namespace penstock
