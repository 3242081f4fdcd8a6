#pragma once

#include "runtime/release_containers.h"
#include "runtime/volumes/data_origin.h"

namespace penstock {

// Gives the environment other data, and the release its containers: those made before would have the old data mounted.
// Nothing of the environment runs, and its own data was snapshotted.
struct ReplaceData {
  DeployerContext& context;
  ReleaseContainers& containers;
  const DataOrigin& origin;
  OutputSink& output;

  void run() const;
};

}  // namespace penstock
