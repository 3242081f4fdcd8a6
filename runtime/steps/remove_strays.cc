#include "runtime/steps/remove_strays.h"

#include "runtime/deployer_context.h"
#include "runtime/parallel.h"
#include "runtime/volumes/volume_pool.h"

#include <set>

namespace penstock {
namespace {

// The releases that run, and those that are yet to be undone.
std::set<std::string> releases_in_use(Store& store) {
  std::set<std::string> releases;
  for (const Deployment& deployment : store.deployments().unfinished()) releases.insert(deployment.id);
  for (const Environment& environment : store.environments().list_all()) {
    const bool active = environment.status == EnvironmentStatus::Active;
    if (active && environment.current_deployment) releases.insert(*environment.current_deployment);
  }
  return releases;
}

}  // namespace

void RemoveStrays::run() const {
  const std::set<std::string> releases = releases_in_use(context.parts.store);
  Engine& engine = context.parts.engine;
  in_parallel(engine.list(), [&](const InstanceState& container, const std::stop_token&) {
    const auto release = container.labels.find("release");
    if (release == container.labels.end() || releases.count(release->second) == 0) engine.remove(container.id);
  });

  VolumePool& volumes = context.parts.volumes;
  for (const std::string& environment : volumes.environments()) {
    for (const std::string& name : volumes.snapshots(environment)) {
      if (releases.count(name) == 0) volumes.discard(environment, name);
    }
    for (const std::string& name : volumes.scratches(environment)) {
      if (releases.count(name) == 0) volumes.discard_scratch(environment, name);
    }
  }
  context.artifacts.sweep();
}

}  // namespace penstock
