#include "runtime/environment_containers.h"

#include "store/environment.h"

#include <algorithm>

namespace penstock {

std::vector<InstanceState> containers_of(Engine& engine, const Environment& environment) {
  std::vector<InstanceState> containers = engine.list();
  const auto labelled = [](const InstanceState& container, const std::string& name, const std::string& value) {
    const auto label = container.labels.find(name);
    return label != container.labels.end() && label->second == value;
  };
  std::erase_if(containers, [&](const InstanceState& container) {
    return !labelled(container, "project", environment.project) ||
           !labelled(container, "environment", environment.name) || container.labels.count("release") == 0;
  });
  return containers;
}

std::chrono::seconds stop_grace_of(const Environment& environment, const InstanceState& container) {
  const bool worker = container.labels.contains("worker");
  return std::chrono::seconds(worker ? environment.settings.worker_stop_grace_s : environment.settings.stop_grace_s);
}

}  // namespace penstock
