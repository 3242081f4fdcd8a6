#pragma once

#include <chrono>
#include <cstddef>
#include <stop_token>

namespace penstock {

class ArtifactStore;
class Store;

// Forgets old deployments and removes the artifacts that nothing needs any more.
struct ArtifactCollector {
  Store& store;
  ArtifactStore& artifacts;
  std::size_t kept_deployments;  // of each environment

  void collect();
  // Again and again, until stopped. Throws nothing.
  void run(const std::stop_token& stop, std::chrono::minutes pause);
};

}  // namespace penstock
