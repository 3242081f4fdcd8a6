#pragma once

#include "base/synchronized.h"
#include "runtime/artifact_mounts.h"

#include <filesystem>
#include <map>
#include <string>

namespace penstock {

class Store;
struct Release;

// Keeps artifacts mounted as long as an environment uses them. Thread safe.
class MountedArtifacts {
 public:
  MountedArtifacts(ArtifactMounts& mounts, Store& store) : mounts_(mounts), store_(store) {}

  // Application -> where its artifact is. The release must be in the store, or sweep() takes them away again.
  std::map<std::string, std::filesystem::path> mount(const Release& release);
  // Unmounts what neither a current deployment nor one under way uses, but for what a file is open of: that is for the
  // next sweep. Returns how many.
  std::size_t sweep();

 private:
  struct Turn {};

  ArtifactMounts& mounts_;
  Store& store_;
  Synchronized<Turn> turn_;  // held while mounting, and from the look at what is used to the unmount of what is not
};

}  // namespace penstock
