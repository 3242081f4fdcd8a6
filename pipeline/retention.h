// Which artifacts stay.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace penstock {

class ArtifactStore;
class Store;

struct RemoveUnusedArtifacts {
  Store& store;
  ArtifactStore& artifacts;
  std::size_t deployments_kept = 10;   // of each environment
  std::chrono::seconds spared{86400};  // since they were built or reused: a deployment may be about to name them

  // Keeps what any environment, or one of its last deployments, uses, and what is mounted and in use. Returns the
  // digests of those removed.
  std::vector<std::string> run() const;
};

}  // namespace penstock
