#pragma once

#include "runtime/release.h"

#include <stop_token>

namespace penstock {

struct DeployerContext;

// Keeps the environment's data as it is now, under the release's id, for Undo. Services run on where a snapshot is of
// one instant; otherwise they are stopped.
struct SnapshotVolumes {
  DeployerContext& context;
  const Release& release;
  bool replaced;  // the data will be: what is empty is a state to return to as well

  void run(const std::stop_token& stop) const;
};

}  // namespace penstock
