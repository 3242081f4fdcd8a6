#include "runtime/live_release.h"

#include "runtime/deployer_context.h"

namespace penstock {

std::optional<ReleaseContainers> live_release(DeployerContext& context, const Environment& environment) {
  auto current = context.parts.store.deployments().current(environment.project, environment.name);
  if (!current) return std::nullopt;
  std::optional<ReleaseContainers> live(std::in_place, context, release_of(environment, std::move(*current)));
  if (!live->exist()) return std::nullopt;
  live->adopt();
  return live;
}

}  // namespace penstock
