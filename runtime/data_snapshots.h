#pragma once

#include "store/deployment.h"
#include "store/environment.h"

#include <optional>
#include <set>
#include <string>

namespace penstock {

class Store;
class VolumePool;

// An environment's data as stop-start deployments found it, each snapshot under the id of the deployment that took it.
struct DataSnapshots {
  Store& store;
  const VolumePool& volumes;
  const Environment& environment;

  // The names of those that stay once a deployment has ended: the newest, as many as the environment's settings say, of
  // data that a release which is still known has left.
  std::set<std::string> kept() const;
  // The deployment that took the place of `release` and kept the data as that left it; nothing when that is not kept.
  std::optional<Deployment> after(const Deployment& release) const;
};

}  // namespace penstock
