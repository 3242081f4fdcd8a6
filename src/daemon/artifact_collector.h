#pragma once

#include <cstddef>
#include <stop_token>

namespace penstock {

class ActivityQueue;
class ArtifactStore;
class Store;

// Forgets old deployments and removes the artifacts that nothing needs any more: those that no environment and none of
// its last deployments names. Works while no activity runs, so that none is removed that a build has just found.
struct ArtifactCollector {
  Store& store;
  ArtifactStore& artifacts;
  ActivityQueue& queue;
  std::size_t kept_deployments;  // of each environment

  void collect() const;
  // After activities, again and again, until stopped. Throws nothing.
  void run(const std::stop_token& stop) const;
};

}  // namespace penstock
