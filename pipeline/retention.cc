#include "pipeline/retention.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "pipeline/artifact/artifact_store.h"
#include "store/store.h"

namespace penstock {
namespace {

// The record goes last: what the store knows, it can also find.
bool remove(Store& store, ArtifactStore& artifacts, const std::string& digest) {
  try {
    artifacts.unmount(digest);
    artifacts.remove(digest);
  } catch (const Conflict&) {
    return false;
  }
  store.artifacts().remove(digest);
  log_of("pipeline")->info("removed artifact digest={}", digest);
  return true;
}

}  // namespace

std::vector<std::string> RemoveUnusedArtifacts::run() const {
  const auto in_use = store.artifacts().in_use(deployments_kept);
  const auto before = wall_now() - spared;
  std::vector<std::string> removed;
  for (const auto& artifact : store.artifacts().list()) {
    if (in_use.count(artifact.digest) > 0 || artifacts.last_used(artifact.digest) > before) continue;
    if (remove(store, artifacts, artifact.digest)) removed.push_back(artifact.digest);
  }
  return removed;
}

}  // namespace penstock
