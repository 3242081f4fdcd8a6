#include "runtime/steps/snapshot_volumes.h"

#include "runtime/volumes/volume_pool.h"

namespace penstock {

void SnapshotVolumes::run() const {
  const std::string key = release.environment.key();
  if (replaced) volumes.open(key);
  if (volumes.holds(key)) volumes.snapshot(key, release.deployment.id);
}

}  // namespace penstock
