#pragma once

#include "runtime/release_containers.h"

namespace penstock {

// Everything that can be done while the live release still serves.
struct Prepare {
  DeployerContext& context;
  ReleaseContainers& containers;
  OutputSink& output;
  bool makes_containers;  // not when they are to have data that is not there yet

  void run() const;
};

}  // namespace penstock
