#include "runtime/steps/clean_up.h"

#include "runtime/data_snapshots.h"
#include "runtime/deployer_context.h"
#include "runtime/environment_containers.h"
#include "runtime/parallel.h"
#include "runtime/services/environment_services.h"
#include "runtime/steps/drain_requests.h"
#include "runtime/volumes/volume_pool.h"

namespace penstock {
namespace {

std::vector<Instance> running(const std::vector<InstanceState>& containers) {
  std::vector<Instance> instances;
  for (const InstanceState& container : containers) {
    if (container.running) instances.push_back({.id = container.id, .address = container.address});
  }
  return instances;
}

}  // namespace

std::optional<DrainReport> CleanUp::run(const std::stop_token& stop) const {
  const Environment& environment = release.environment;
  Engine& engine = context.parts.engine;
  std::vector<InstanceState> others = containers_of(engine, environment);
  std::erase_if(others, [&](const InstanceState& c) { return c.labels.at("release") == release.deployment.id; });

  std::optional<DrainReport> drained;
  if (const auto containers = running(others); !containers.empty()) {
    drained = DrainRequests{context, environment, containers, patient}.run(stop);
  }
  in_parallel(others, [&](const InstanceState& container, const std::stop_token&) {
    if (container.running) engine.stop(container.id, stop_grace_of(environment, container));
    engine.remove(container.id);
  });

  EnvironmentServices(context, release).remove_others();
  VolumePool& volumes = context.parts.volumes;
  const std::set<std::string> kept = DataSnapshots{context.parts.store, volumes, environment}.kept();
  for (const std::string& name : volumes.snapshots(environment.key())) {
    if (!kept.contains(name)) volumes.discard(environment.key(), name);
  }
  for (const std::string& name : volumes.scratches(environment.key())) {
    if (name != release.deployment.id) volumes.discard_scratch(environment.key(), name);
  }
  context.artifacts.sweep();
  return drained;
}

}  // namespace penstock
