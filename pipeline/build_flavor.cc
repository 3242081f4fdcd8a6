#include "pipeline/build_flavor.h"

#include "base/error.h"
#include "base/output_sink.h"
#include "base/process.h"
#include "hooks/lifecycle/hook.h"
#include "pipeline/workspace/build_container.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace penstock {
namespace {

struct Flavor {
  std::string_view runtime;
  std::string_view name;
  std::string_view file;  // that declares packages
  std::string_view command;
};

// Where nothing is installed, prune installs everything, and install then looks at it all again.
constexpr std::string_view kNpm =
    "if [ -e node_modules ]; then npm prune --userconfig .npmrc; fi && npm install --userconfig .npmrc";
constexpr std::string_view kComposer =
    "composer --no-ansi --no-interaction install --no-progress --prefer-dist --optimize-autoloader";

constexpr std::array<Flavor, 3> kFlavors{{
    {"nodejs", "default", "package.json", kNpm},
    {"php", "default", "composer.json", kComposer},
    {"php", "composer", "composer.json", kComposer},
}};

}  // namespace

void BuildFlavor::run(OutputSink& output, const std::stop_token& stop) const {
  const auto flavor = std::find_if(kFlavors.begin(), kFlavors.end(), [&](const Flavor& known) {
    return known.runtime == application.runtime() && known.name == application.flavor;
  });
  if (flavor == kFlavors.end()) return;
  if (!std::filesystem::exists(std::filesystem::symlink_status(container.application / flavor->file))) return;
  output.line(fmt::format("  Found a `{}`, installing dependencies.", flavor->file));
  const auto command = lifecycle::hook_command(std::string(flavor->command));
  const ExitStatus status = container.run(command, environment, output, stop);
  if (!status.success()) throw UserError(fmt::format("Step failed with {}.", status.describe()));
  output.line();
}

}  // namespace penstock
