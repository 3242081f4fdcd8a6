#include "runtime/steps/start_applications.h"

#include <fmt/format.h>

namespace penstock {

void StartApplications::run(const std::stop_token& stop) const {
  for (const auto& [name, application] : containers.release().configuration.applications) {
    output.line(fmt::format("  Opening application {} and its relationships", name));
  }
  PrefixingSink indented(output, "    ");
  containers.start(indented, stop);
}

}  // namespace penstock
