#include "runtime/steps/snapshot_volumes.h"

#include "runtime/deployer_context.h"
#include "runtime/services/environment_services.h"
#include "runtime/volumes/volume_pool.h"

namespace penstock {

void SnapshotVolumes::run(const std::stop_token& stop) const {
  VolumePool& volumes = context.parts.volumes;
  const std::string key = release.environment.key();
  if (replaced) volumes.open(key);
  if (!volumes.holds(key)) return;
  const EnvironmentServices services(context, release);
  if (volumes.is_instant()) {
    services.quiesce(stop);
  } else {
    services.stop();
  }
  volumes.snapshot(key, release.deployment.id);
}

}  // namespace penstock
