#pragma once

#include "container/container_spec.h"
#include "runtime/volumes/staged_mount.h"

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace penstock {

class VolumePool;
struct Release;

// The writable directories of one application, made where they are missing:
//   live/storage/<application>/<source_path>    shared by all instances; `service` names another application's
//   live/instance/<application>/<source_path>   of one instance
//   scratch/<release>/tmp/<application>/<…>     gone with the release
// Containers have to be created while this object lives.
class ApplicationMounts {
 public:
  // Throws UserError when a directory cannot be one, because the application left a link or a file there.
  ApplicationMounts(VolumePool& pool, const Release& release, const std::string& application);

  // Outer directories before inner ones.
  std::vector<Mount> mounts() const;

 private:
  std::vector<std::pair<std::filesystem::path, StagedMount>> staged_;  // by target in the container
};

}  // namespace penstock
