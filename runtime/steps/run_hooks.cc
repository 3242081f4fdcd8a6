#include "runtime/steps/run_hooks.h"

#include <fmt/format.h>

#include <algorithm>

namespace penstock {
namespace {

struct KindNames {
  const char* type;
  const char* shown;
  const char* log;
};

KindNames names_of(HookKind kind) {
  if (kind == HookKind::Deploy) return {.type = "deploy", .shown = "deploy hook", .log = "deploy.log"};
  return {.type = "post_deploy", .shown = "post-deploy hook", .log = "post-deploy.log"};
}

}  // namespace

std::vector<ActivityCommand> RunHooks::run(const std::stop_token& stop) const {
  const KindNames names = names_of(kind);
  std::vector<ActivityCommand> commands;
  for (const auto& group : containers.release().start_order()) {
    for (const std::string& component : group) {
      const config::Hooks& hooks = containers.release().components.at(component).application.hooks;
      const std::string& script = kind == HookKind::Deploy ? hooks.deploy : hooks.post_deploy;
      if (script.empty()) continue;
      output.line(fmt::format("  Executing {} for application {}", names.shown, component));
      PrefixingSink indented(output, "    ");
      const ExitStatus status = containers.run_hook(component, script, names.log, indented, stop);
      commands.push_back({.app = component, .type = names.type, .exit_code = status.shell_code()});
      if (!status.success() && kind == HookKind::Deploy) return commands;
    }
  }
  return commands;
}

std::string failed_hook(const std::vector<ActivityCommand>& commands) {
  const auto failed = std::find_if(commands.begin(), commands.end(), [](const auto& c) { return c.exit_code != 0; });
  if (failed == commands.end()) return "";
  return fmt::format("the {} hook of application {} failed with status code {}", failed->type, failed->app,
                     failed->exit_code);
}

}  // namespace penstock
