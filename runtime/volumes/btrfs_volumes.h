#pragma once

#include "runtime/volumes/volume_backend.h"

namespace penstock {

// Each tree is a subvolume; a copy is a snapshot and takes the same time for any amount of data. A subvolume inside of
// another is not in its copies; removing the outer one removes it.
class BtrfsVolumes : public VolumeBackend {
 public:
  void create(const std::filesystem::path& path) override;
  void copy(const std::filesystem::path& from, const std::filesystem::path& to) override;
  void remove(const std::filesystem::path& path) override;
};

bool is_btrfs(const std::filesystem::path& path);

}  // namespace penstock
