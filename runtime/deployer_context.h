#pragma once

#include "runtime/crons/cron_gate.h"
#include "runtime/deployer.h"
#include "runtime/environment_locks.h"
#include "runtime/mounted_artifacts.h"

#include <utility>

namespace penstock {

// What every step of a deployment may use.
struct DeployerContext {
  DeployerContext(DeployerParts with, DeployerSettings chosen) : parts(std::move(with)), settings(std::move(chosen)) {}

  const DeployerParts parts;
  const DeployerSettings settings;
  MountedArtifacts artifacts{parts.artifacts, parts.store};
  EnvironmentLocks locks;
  CronGate crons;
};

}  // namespace penstock
