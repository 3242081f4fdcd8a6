#include "runtime/steps/undo.h"

#include "runtime/deployer_context.h"
#include "runtime/router_client.h"
#include "runtime/router_entry.h"
#include "runtime/steps/start_again.h"
#include "runtime/volumes/volume_pool.h"

#include <nlohmann/json.hpp>

namespace penstock {

void Undo::run() const {
  const Release& release = containers.release();
  const std::string key = release.environment.key();

  containers.remove();
  context.parts.volumes.restore(key, release.deployment.id);
  context.parts.volumes.discard_scratch(key, release.deployment.id);
  if (live != nullptr && (live_stopped || !live->adopt())) {
    output.line("  Opening the previous release again");
    const std::string problem = StartAgain{*live, output}.run();
    if (!problem.empty()) output.line("W: " + problem);
  }
  context.parts.store.deployments().fail(release.deployment.id, reason);
  context.parts.router.put(live == nullptr ? empty_router_entry(release.environment, context.settings, Hold::Off)
                                           : router_entry(context, *live, Hold::Off));
  context.artifacts.sweep();
}

}  // namespace penstock
