#pragma once

#include "pipeline/artifact/artifact_store.h"
#include "runtime/artifact_mounts.h"

namespace penstock {

// The pipeline's artifacts, as the deployer mounts them.
class MountedArtifactStore : public ArtifactMounts {
 public:
  explicit MountedArtifactStore(ArtifactStore& store) : store_(store) {}

  std::filesystem::path mount(const std::string& digest) override { return store_.mount(digest); }
  void unmount(const std::string& digest) override { store_.unmount(digest); }
  std::vector<std::string> mounted() override {
    std::vector<std::string> digests;
    for (const FrozenArtifact& artifact : store_.list()) {
      if (store_.is_mounted(artifact.digest)) digests.push_back(artifact.digest);
    }
    return digests;
  }

 private:
  ArtifactStore& store_;
};

}  // namespace penstock
