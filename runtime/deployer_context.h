#pragma once

#include "runtime/deployer.h"
#include "runtime/mounted_artifacts.h"

namespace penstock {

// What every step of a deployment may use.
struct DeployerContext {
  DeployerParts parts;
  DeployerSettings settings;
  MountedArtifacts artifacts{parts.artifacts, parts.store};
};

}  // namespace penstock
