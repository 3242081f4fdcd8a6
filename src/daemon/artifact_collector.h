#pragma once

#include <cstddef>
#include <stop_token>

namespace penstock {

class ActivityQueue;
class ArtifactStore;
class Deployer;
class Store;

// Forgets old deployments and removes what nothing needs any more: artifacts that no environment, none of its last
// deployments and no backup names, and data that was kept for what is gone. Works while no activity runs, so that none
// is removed that a build has just found.
struct ArtifactCollector {
  Store& store;
  ArtifactStore& artifacts;
  Deployer& deployer;
  ActivityQueue& queue;
  std::size_t kept_deployments;  // of each environment

  void collect() const;
  // After activities, again and again, until stopped. Throws nothing.
  void run(const std::stop_token& stop) const;
};

}  // namespace penstock
