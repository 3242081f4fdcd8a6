#pragma once

#include "runtime/release.h"
#include "runtime/router_client.h"

#include <optional>
#include <stop_token>

namespace penstock {

struct DeployerContext;

// Removes what the environment no longer needs now that `release` serves: containers and scratch of other releases,
// services it does not name, snapshots beyond those that are kept, mounts of artifacts. Containers that still run are
// drained first.
struct CleanUp {
  DeployerContext& context;
  const Release& release;
  bool patient;  // as DrainRequests::patient

  // Nothing when there was nothing to drain. `stop` makes it hurry, no more.
  std::optional<DrainReport> run(const std::stop_token& stop) const;
};

}  // namespace penstock
