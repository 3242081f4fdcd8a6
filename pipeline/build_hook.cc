#include "pipeline/build_hook.h"

#include "base/error.h"
#include "base/file.h"
#include "base/output_sink.h"
#include "base/process.h"
#include "hooks/lifecycle/hook.h"
#include "pipeline/workspace/build_container.h"

#include <fmt/format.h>

namespace penstock {
namespace {

// npm keeps downloads and logs with times in their names in its home. Never a part of the application.
constexpr const char* kLeftover = ".npm";

}  // namespace

void BuildHook::run(OutputSink& output, const std::stop_token& stop) const {
  if (script.find_first_not_of(" \t\r\n") == std::string::npos) return;
  const std::filesystem::path leftover = container.application / kLeftover;
  const bool ours = std::filesystem::exists(std::filesystem::symlink_status(leftover));
  output.line("  Executing build hook...");
  const ExitStatus status = container.run(lifecycle::hook_command(script), environment, output, stop);
  if (!status.success()) {
    throw UserError(fmt::format("The build hook failed with {}. Aborted build.", status.describe()));
  }
  if (!ours) remove_tree(leftover);
  output.line();
}

}  // namespace penstock
