#pragma once

#include "runtime/release_containers.h"

namespace penstock {

// From here on the router keeps the environment's requests waiting, until ServeRequests or Undo.
struct HoldRequests {
  DeployerContext& context;
  const Environment& environment;
  const ReleaseContainers* live;  // none: this is the first release

  void run() const;
};

}  // namespace penstock
