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
struct Slot;

// The writable directories of one container, made where they are missing:
//   live/storage/<application>/<source_path>   shared by its instances and workers; `service` names another's
//   live/instance/<instance>/<source_path>     of one instance: "app", "app.1", "app--queue"
//   live/service/<service>/<source_path>       of a service that is a volume
//   scratch/<release>/tmp/<instance>/<…>       gone with the release
// They stay open as long as this object lives, and mounts() refers to what is open: a link that a running application
// puts in its own volume cannot redirect a mount.
class ApplicationMounts {
 public:
  // Throws UserError when a directory cannot be one, because the application left a link or a file there.
  ApplicationMounts(VolumePool& pool, const Release& release, const Slot& slot);

  // For containers created while this object lives; outer directories before inner ones.
  std::vector<Mount> mounts() const;
  // What is mounted: where in the container, and the open directory.
  const std::vector<std::pair<std::filesystem::path, Fd>>& directories() const { return directories_; }
  // Of the mount at that path of the application. Throws NotFound.
  int directory(const std::string& path) const;

 private:
  std::vector<std::pair<std::filesystem::path, Fd>> directories_;  // target in the container, source
};

}  // namespace penstock
