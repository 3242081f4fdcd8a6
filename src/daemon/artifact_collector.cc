#include "daemon/artifact_collector.h"

#include "base/log.h"
#include "daemon/activity_queue.h"
#include "pipeline/retention.h"
#include "runtime/deployer.h"
#include "store/store.h"

namespace penstock {

void ArtifactCollector::collect() const {
  for (const Environment& environment : store.environments().list_all()) {
    store.deployments().prune(environment.project, environment.name, kept_deployments);
  }
  RemoveUnusedArtifacts{store, artifacts, kept_deployments, std::chrono::seconds(0)}.run();
  deployer.forget_strays();
}

void ArtifactCollector::run(const std::stop_token& stop) const {
  while (!stop.stop_requested()) {
    try {
      queue.after_activities(stop, [this] { collect(); });
    } catch (const std::exception& error) {
      log_of("daemon")->error("cannot remove old artifacts: {}", error.what());
    }
  }
}

}  // namespace penstock
