#include "daemon/artifact_collector.h"

#include "base/log.h"
#include "daemon/activity_queue.h"
#include "pipeline/retention.h"
#include "store/store.h"

#include <condition_variable>
#include <mutex>

namespace penstock {

void ArtifactCollector::collect() {
  for (const Environment& environment : store.environments().list_all()) {
    store.deployments().prune(environment.project, environment.name, kept_deployments);
  }
  RemoveUnusedArtifacts{store, artifacts, kept_deployments}.run();
}

void ArtifactCollector::run(const std::stop_token& stop, std::chrono::minutes pause) {
  std::mutex mutex;
  std::condition_variable_any tick;
  std::unique_lock lock(mutex);
  while (!stop.stop_requested()) {
    try {
      collect();
    } catch (const std::exception& error) {
      log_of("daemon")->error("cannot remove old artifacts error=\"{}\"", error.what());
    }
    tick.wait_for(lock, stop, pause, [] { return false; });
  }
}

}  // namespace penstock
