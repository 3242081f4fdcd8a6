#include "runtime/steps/start_applications.h"

#include <fmt/format.h>

namespace penstock {

void StartApplications::run(const std::stop_token& stop) const {
  for (const auto& [name, component] : containers.release().components) {
    output.line(fmt::format("  Opening {} and its relationships", component.title()));
  }
  PrefixingSink indented(output, "    ");
  containers.start(indented, stop);
}

}  // namespace penstock
