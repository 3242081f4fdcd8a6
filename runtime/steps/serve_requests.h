#pragma once

#include "runtime/release_containers.h"

namespace penstock {

// Routes the environment to its release, in one step, and lets go what was held.
struct ServeRequests {
  DeployerContext& context;
  const ReleaseContainers& containers;
  OutputSink& output;

  void run() const;
};

}  // namespace penstock
