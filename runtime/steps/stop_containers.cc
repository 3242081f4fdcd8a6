#include "runtime/steps/stop_containers.h"

#include <fmt/format.h>

namespace penstock {
namespace {

// "app", "app and db", "app, db and cache".
std::string listed(const std::map<std::string, config::Component>& components) {
  std::string text;
  std::size_t left = components.size();
  for (const auto& [name, component] : components) {
    text += name;
    --left;
    if (left > 0) text += left == 1 ? " and " : ", ";
  }
  return text;
}

}  // namespace

void StopContainers::run() const {
  if (live == nullptr) return;
  const auto& components = live->release().components;
  output.line(fmt::format("  Closing {} {}", components.size() == 1 ? "service" : "services", listed(components)));
  live->stop();
}

}  // namespace penstock
