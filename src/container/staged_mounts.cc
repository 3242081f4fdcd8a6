#include "container/staged_mounts.h"

#include "base/file.h"

#include <string>

namespace fs = std::filesystem;

namespace penstock {
namespace {

bool is_open_file(const Mount& mount) {
  return mount.kind == Mount::Kind::Bind && mount.source.string().starts_with("/proc/");
}

}  // namespace

StagedMounts stage_mounts(std::vector<Mount> mounts, const fs::path& directory) {
  StagedMounts staged{.mounts = std::move(mounts), .binds = {}};
  for (Mount& mount : staged.mounts) {
    if (!is_open_file(mount)) continue;
    const fs::path place = directory / std::to_string(staged.binds.size());
    fs::create_directories(fs::is_directory(mount.source) ? place : directory);
    if (!fs::exists(place)) replace_file(place, "");
    staged.binds.emplace_back(mount.source, place);
    mount.source = place;
  }
  return staged;
}

}  // namespace penstock
