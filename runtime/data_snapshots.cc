#include "runtime/data_snapshots.h"

#include "runtime/volumes/volume_pool.h"
#include "store/store.h"

#include <algorithm>

namespace penstock {

std::set<std::string> DataSnapshots::kept() const {
  const std::vector<std::string> names = volumes.snapshots(environment.key());
  const auto limit = static_cast<std::size_t>(environment.settings.data_snapshots);
  std::vector<Deployment> live = store.deployments().list(environment.project, environment.name);
  std::erase_if(live, [](const Deployment& deployment) { return !deployment.was_live(); });
  if (!live.empty()) live.pop_back();
  std::set<std::string> kept;
  for (const Deployment& deployment : live) {
    if (kept.size() == limit) break;
    if (std::count(names.begin(), names.end(), deployment.id) > 0) kept.insert(deployment.id);
  }
  return kept;
}

std::optional<Deployment> DataSnapshots::after(const Deployment& release) const {
  std::optional<Deployment> next;
  for (Deployment& deployment : store.deployments().list(environment.project, environment.name)) {
    if (deployment.number <= release.number) break;
    if (deployment.was_live()) next = std::move(deployment);
  }
  const std::vector<std::string> names = volumes.snapshots(environment.key());
  if (!next || std::count(names.begin(), names.end(), next->id) == 0) return std::nullopt;
  return next;
}

}  // namespace penstock
