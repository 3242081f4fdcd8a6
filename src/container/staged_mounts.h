#pragma once

#include "container/container_spec.h"

#include <filesystem>
#include <utility>
#include <vector>

namespace penstock {

// Mounts whose source is an open directory or file, "/proc/<pid>/fd/<number>": nobody can put a link in its way, but a
// runtime cannot mount it, as it is outside of the runtime's view of the file system. So penstock-enter makes it
// appear in that view at a place of its own.
struct StagedMounts {
  std::vector<Mount> mounts;  // as given, but with those places as sources
  std::vector<std::pair<std::filesystem::path, std::filesystem::path>> binds;  // source, place
};

// The places are made in `directory`, which need not exist.
StagedMounts stage_mounts(std::vector<Mount> mounts, const std::filesystem::path& directory);

}  // namespace penstock
