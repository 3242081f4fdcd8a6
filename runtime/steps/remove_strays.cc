#include "runtime/steps/remove_strays.h"

#include "runtime/data_snapshots.h"
#include "runtime/deployer_context.h"
#include "runtime/parallel.h"
#include "runtime/services/service_container.h"
#include "runtime/steps/forget_stray_data.h"
#include "runtime/volumes/volume_pool.h"

#include <map>
#include <set>

namespace penstock {
namespace {

// The releases that run, and those that are yet to be undone; with the containers of their services.
struct InUse {
  std::set<std::string> releases;
  std::set<std::string> services;

  void add(const Environment& environment, const Deployment& deployment) {
    releases.insert(deployment.id);
    for (const auto& [name, service] : config::Configuration::from_json(deployment.configuration).services) {
      services.insert(service_container_id(environment, name));
    }
  }
};

InUse find_in_use(Store& store) {
  InUse in_use;
  for (const Deployment& deployment : store.deployments().unfinished()) {
    in_use.add(store.environments().get(deployment.project, deployment.environment), deployment);
  }
  for (const Environment& environment : store.environments().list_all()) {
    if (environment.status != EnvironmentStatus::Active) continue;
    const auto current = store.deployments().current(environment.project, environment.name);
    if (current) in_use.add(environment, *current);
  }
  return in_use;
}

std::map<std::string, std::set<std::string>> kept_snapshots(Store& store, const VolumePool& volumes) {
  std::map<std::string, std::set<std::string>> kept;
  for (const Environment& environment : store.environments().list_all()) {
    kept[environment.key()] = DataSnapshots{store, volumes, environment}.kept();
  }
  return kept;
}

}  // namespace

void RemoveStrays::run() const {
  const InUse in_use = find_in_use(context.parts.store);
  Engine& engine = context.parts.engine;
  in_parallel(engine.list(), [&](const InstanceState& container, const std::stop_token&) {
    const auto release = container.labels.find("release");
    const bool is_used = release == container.labels.end() ? in_use.services.contains(container.id)
                                                           : in_use.releases.contains(release->second);
    if (!is_used) engine.remove(container.id);
  });

  VolumePool& volumes = context.parts.volumes;
  ForgetStrayData{context.parts.store, volumes}.run();
  auto kept = kept_snapshots(context.parts.store, volumes);
  for (const std::string& environment : volumes.environments()) {
    for (const std::string& name : volumes.snapshots(environment)) {
      if (!in_use.releases.contains(name) && !kept[environment].contains(name)) volumes.discard(environment, name);
    }
    for (const std::string& name : volumes.scratches(environment)) {
      if (!in_use.releases.contains(name)) volumes.discard_scratch(environment, name);
    }
  }
  context.artifacts.sweep();
}

}  // namespace penstock
