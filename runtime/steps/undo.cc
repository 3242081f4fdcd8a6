#include "runtime/steps/undo.h"

#include "runtime/deployer_context.h"
#include "runtime/router_client.h"
#include "runtime/router_entry.h"
#include "runtime/services/environment_services.h"
#include "runtime/steps/start_again.h"
#include "runtime/volumes/volume_pool.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace penstock {

void Undo::run() const {
  const Release& release = containers.release();
  const std::string key = release.environment.key();

  containers.remove();
  restore_data(release);
  context.parts.volumes.discard_scratch(key, release.deployment.id);
  if (live == nullptr) {
    remove_services(context.parts.engine, release.environment);
  } else {
    go_on_with(*live);
  }
  context.parts.store.deployments().fail(release.deployment.id, reason);
  context.parts.router.put(live == nullptr ? empty_router_entry(release.environment, context.settings, Hold::Off)
                                           : router_entry(context, *live, Hold::Off));
  context.artifacts.sweep();
}

// Services that run have the data open that is to go.
void Undo::restore_data(const Release& release) const {
  VolumePool& volumes = context.parts.volumes;
  const std::string key = release.environment.key();
  const std::vector<std::string> snapshots = volumes.snapshots(key);
  if (std::find(snapshots.begin(), snapshots.end(), release.deployment.id) == snapshots.end()) return;
  EnvironmentServices(context, release).stop();
  volumes.restore(key, release.deployment.id);
}

void Undo::go_on_with(ReleaseContainers& previous) const {
  const EnvironmentServices services(context, previous.release());
  services.remove_others();
  if (live_stopped || !previous.adopt()) {
    output.line("  Opening the previous release again");
    const std::string problem = StartAgain{context, previous, output}.run();
    if (!problem.empty()) output.line("W: " + problem);
  } else {
    // The other one may have had them configured its way.
    services.start(output, {});
    services.connect(previous, {});
  }
}

}  // namespace penstock
