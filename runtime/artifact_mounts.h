#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace penstock {

// What the deployer needs of the artifact store, which belongs to the pipeline. Thread safe.
class ArtifactMounts {
 public:
  virtual ~ArtifactMounts() = default;

  // Makes the artifact visible, read-only, at a path that is the same each time. Mounting again is fine.
  virtual std::filesystem::path mount(const std::string& digest) = 0;
  // Not mounted is fine.
  virtual void unmount(const std::string& digest) = 0;
  virtual std::vector<std::string> mounted() = 0;
};

}  // namespace penstock
