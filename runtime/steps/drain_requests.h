#pragma once

#include "container/engine.h"
#include "runtime/router_client.h"
#include "store/environment.h"

#include <stop_token>
#include <vector>

namespace penstock {

struct DeployerContext;

// Waits until the router has no request with applications that are about to stop. They get no new ones any more.
struct DrainRequests {
  DeployerContext& context;
  const Environment& environment;
  const std::vector<Instance>& containers;
  // Waits for all of them for the environment's drain time. Otherwise for those that will end soon: not for WebSockets
  // and event streams, for others as long as an application may take to stop.
  bool patient;

  // Is no longer patient when stopped.
  DrainReport run(const std::stop_token& stop) const;
};

}  // namespace penstock
