#include "runtime/steps/finish.h"

#include "runtime/deployer_context.h"
#include "runtime/step_times.h"
#include "runtime/steps/clean_up.h"
#include "runtime/steps/journal_steps.h"
#include "runtime/steps/run_hooks.h"
#include "runtime/steps/serve_requests.h"

#include <future>

namespace penstock {

Finish::Done Finish::run(const std::stop_token& stop) const {
  const Release& release = containers.release();
  const std::string& id = release.deployment.id;
  Journal& journal = context.parts.store.journal();
  const bool hook_began = step::began(journal.entries(id), step::kPostDeploy);

  times.measure(step::kServe, [&] { ServeRequests{context, containers, output}.run(); });
  // Beside the hook: neither has to wait for the other. Its destructor waits.
  auto clean_up = std::async(std::launch::async, [&] { return CleanUp{context, release, patient}.run(stop); });
  Done done;
  if (!hook_began) {
    journal.append(id, step::kPostDeploy);
    times.measure(step::kPostDeploy, [&] {
      done.commands = RunHooks{HookKind::PostDeploy, containers, output}.run(stop);
    });
  }
  times.measure(step::kCleanUp, [&] { done.drained = clean_up.get(); });
  if (const std::string failed = failed_hook(done.commands); !failed.empty()) {
    context.parts.store.deployments().blame(id, failed, false);
  }
  journal.clear(id);
  return done;
}

}  // namespace penstock
