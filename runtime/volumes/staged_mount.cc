#include "runtime/volumes/staged_mount.h"

#include "base/error.h"

#include <fmt/format.h>

#include <sys/mount.h>
#include <unistd.h>

namespace penstock {

namespace fs = std::filesystem;

StagedMount::StagedMount(int directory, fs::path path) : path_(std::move(path)) {
  fs::create_directories(path_);
  const std::string source = fmt::format("/proc/self/fd/{}", directory);
  if (::mount(source.c_str(), path_.c_str(), nullptr, MS_BIND, nullptr) != 0) {
    const SystemError error("bind a volume to " + path_.string());
    ::rmdir(path_.c_str());
    throw error;
  }
}

StagedMount::~StagedMount() {
  if (path_.empty()) return;
  ::umount2(path_.c_str(), MNT_DETACH);
  ::rmdir(path_.c_str());
}

void StagedMount::clear(const fs::path& directory) {
  if (!fs::exists(directory)) return;
  for (const auto& entry : fs::directory_iterator(directory)) {
    ::umount2(entry.path().c_str(), MNT_DETACH | UMOUNT_NOFOLLOW);
    ::rmdir(entry.path().c_str());
  }
}

}  // namespace penstock
