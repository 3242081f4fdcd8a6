#pragma once

#include "runtime/volumes/volume_backend.h"

namespace penstock {

// Each tree is a directory; a copy shares its blocks where the file system can (XFS with reflink), otherwise it takes
// the time and the space of the data.
class CopiedVolumes : public VolumeBackend {
 public:
  void create(const std::filesystem::path& path) override;
  void copy(const std::filesystem::path& from, const std::filesystem::path& to) override;
  void remove(const std::filesystem::path& path) override;
};

// Whether files in `directory` can share blocks.
bool can_reflink(const std::filesystem::path& directory);

}  // namespace penstock
