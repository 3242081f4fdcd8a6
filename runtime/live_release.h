#pragma once

#include "runtime/release_containers.h"

#include <optional>

namespace penstock {

// What runs for the environment now, adopted. A release that does not run, of an environment that was inactive, is not
// live.
std::optional<ReleaseContainers> live_release(DeployerContext& context, const Environment& environment);

}  // namespace penstock
