#include "runtime/steps/finish.h"

#include "runtime/deployer_context.h"
#include "runtime/step_times.h"
#include "runtime/steps/clean_up.h"
#include "runtime/steps/journal_steps.h"
#include "runtime/steps/run_hooks.h"
#include "runtime/steps/serve_requests.h"

namespace penstock {

std::vector<ActivityCommand> Finish::run(const std::stop_token& stop) const {
  const std::string& id = containers.release().deployment.id;
  Journal& journal = context.parts.store.journal();
  const bool hook_began = step::began(journal.entries(id), step::kPostDeploy);

  times.measure(step::kServe, [&] { ServeRequests{context, containers, output}.run(); });
  times.measure(step::kCleanUp, [&] { CleanUp{context, containers.release()}.run(); });
  std::vector<ActivityCommand> commands;
  if (!hook_began) {
    journal.append(id, step::kPostDeploy);
    times.measure(step::kPostDeploy, [&] { commands = RunHooks{HookKind::PostDeploy, containers, output}.run(stop); });
  }
  if (const std::string failed = failed_hook(commands); !failed.empty()) {
    context.parts.store.deployments().blame(id, failed, false);
  }
  journal.clear(id);
  return commands;
}

}  // namespace penstock
