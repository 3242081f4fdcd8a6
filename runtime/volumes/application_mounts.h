#pragma once

#include "base/handle.h"
#include "container/container_spec.h"

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
// They stay open as long as this object lives, and mounts() refers to what is open: a link that a running application
// puts in its own volume cannot redirect a mount.
class ApplicationMounts {
 public:
  // Throws UserError when a directory cannot be one, because the application left a link or a file there.
  ApplicationMounts(VolumePool& pool, const Release& release, const std::string& application);

  // For containers created while this object lives; outer directories before inner ones.
  std::vector<Mount> mounts() const;

 private:
  std::vector<std::pair<std::filesystem::path, Fd>> directories_;  // target in the container, source
};

}  // namespace penstock
