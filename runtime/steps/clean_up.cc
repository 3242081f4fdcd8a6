#include "runtime/steps/clean_up.h"

#include "runtime/deployer_context.h"
#include "runtime/environment_containers.h"
#include "runtime/parallel.h"
#include "runtime/volumes/volume_pool.h"

namespace penstock {
void CleanUp::run() const {
  const Environment& environment = release.environment;
  Engine& engine = context.parts.engine;
  in_parallel(containers_of(engine, environment), [&](const InstanceState& container, const std::stop_token&) {
    if (container.labels.at("release") != release.deployment.id) engine.remove(container.id);
  });

  VolumePool& volumes = context.parts.volumes;
  for (const std::string& name : volumes.snapshots(environment.key())) volumes.discard(environment.key(), name);
  for (const std::string& name : volumes.scratches(environment.key())) {
    if (name != release.deployment.id) volumes.discard_scratch(environment.key(), name);
  }
  context.artifacts.sweep();
}

}  // namespace penstock
