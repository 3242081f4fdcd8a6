#include "runtime/steps/stop_containers.h"

#include <fmt/format.h>

namespace penstock {
namespace {

// "app", "app and db", "app, db and cache".
std::string listed(const std::map<std::string, config::Application>& applications) {
  std::string text;
  std::size_t left = applications.size();
  for (const auto& [name, application] : applications) {
    text += name;
    --left;
    if (left > 0) text += left == 1 ? " and " : ", ";
  }
  return text;
}

}  // namespace

void StopContainers::run() const {
  if (live == nullptr) return;
  const auto& applications = live->release().configuration.applications;
  output.line(fmt::format("  Closing {} {}", applications.size() == 1 ? "service" : "services", listed(applications)));
  live->stop();
}

}  // namespace penstock
