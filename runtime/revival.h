#pragma once

#include "container/engine.h"
#include "runtime/deployer_context.h"

#include <string>

namespace penstock {

class ReleaseContainers;
struct Release;
struct Slot;

// Starts a container again that has ended on its own, while the others of its release go on. Requests to the
// environment wait meanwhile.
struct Revival {
  DeployerContext& context;
  const std::string& container;
  const std::stop_token& stop;

  // As Deployer::revive().
  Revived run() const;

 private:
  Revived revive(const Environment& environment, const InstanceState& ended) const;
  void start_again(ReleaseContainers& containers, const Slot& slot) const;
  void start_service_again(ReleaseContainers& containers, const std::string& service) const;
};

}  // namespace penstock
