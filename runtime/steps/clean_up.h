#pragma once

#include "runtime/release.h"

namespace penstock {

struct DeployerContext;

// Removes what the environment no longer needs now that `release` is live: containers and scratch of other releases,
// snapshots, mounts of artifacts.
struct CleanUp {
  DeployerContext& context;
  const Release& release;

  void run() const;
};

}  // namespace penstock
