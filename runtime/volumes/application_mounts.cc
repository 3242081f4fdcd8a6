#include "runtime/volumes/application_mounts.h"

#include "base/error.h"
#include "runtime/release.h"
#include "runtime/volumes/volume_pool.h"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace penstock {
namespace {

namespace fs = std::filesystem;
using config::MountSource;

// Where a mount's data is: a trusted directory, and the application's own path below it.
struct Place {
  fs::path base;
  fs::path path;
};

// No name has a '.'.
std::string directory_of(const Slot& slot) {
  return slot.instance == 0 ? slot.component : fmt::format("{}.{}", slot.component, slot.instance);
}

Place place_of(const config::Mount& mount, const Slot& slot, VolumePool& pool, const Release& release) {
  const std::string key = release.environment.key();
  const std::string& application = release.components.at(slot.component).application.name;
  switch (mount.source) {
    case MountSource::Storage:
      return {pool.open(key) / "storage",
              fs::path(mount.service.empty() ? application : mount.service) / mount.source_path};
    case MountSource::Instance:
      return {pool.open(key) / "instance", fs::path(directory_of(slot)) / mount.source_path};
    case MountSource::Temporary:
      return {pool.open_scratch(key, release.deployment.id) / "tmp", fs::path(directory_of(slot)) / mount.source_path};
    case MountSource::Service:
      break;
  }
  return {pool.open(key) / "service", fs::path(mount.service) / mount.source_path};
}

// Opens a directory below `parent`, made for the application when there is none. Follows no link.
Fd open_child(int parent, const std::string& name, const Place& place) {
  if (name == "..") throw UserError(fmt::format("cannot mount '{}': it leaves the volume", place.path.string()));
  if (::mkdirat(parent, name.c_str(), 0755) == 0) {
    if (::fchownat(parent, name.c_str(), kAppUid, kAppGid, AT_SYMLINK_NOFOLLOW) != 0) {
      throw SystemError("give away " + (place.base / place.path).string());
    }
  } else if (errno != EEXIST) {
    throw SystemError("create " + (place.base / place.path).string());
  }
  Fd child(::openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!child && (errno == ENOTDIR || errno == ELOOP)) {
    throw UserError(fmt::format("cannot mount '{}': '{}' in the volume is no directory", place.path.string(), name));
  }
  if (!child) throw SystemError("open " + (place.base / place.path).string());
  return child;
}

Fd open_place(const Place& place) {
  fs::create_directories(place.base);
  Fd directory(::open(place.base.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory) throw SystemError("open " + place.base.string());
  for (const fs::path& name : place.path) {
    if (!name.empty() && name != ".") directory = open_child(directory.get(), name, place);
  }
  return directory;
}

}  // namespace

ApplicationMounts::ApplicationMounts(VolumePool& pool, const Release& release, const Slot& slot) {
  for (const auto& [target, mount] : release.components.at(slot.component).application.mounts) {
    directories_.emplace_back(fs::path(lifecycle::kAppDirectory) / target,
                              open_place(place_of(mount, slot, pool, release)));
  }
}

std::vector<Mount> ApplicationMounts::mounts() const {
  std::vector<Mount> mounts;
  for (const auto& [target, directory] : directories_) {
    mounts.push_back(Mount::bind(fmt::format("/proc/{}/fd/{}", ::getpid(), directory.get()), target));
  }
  return mounts;
}

int ApplicationMounts::directory(const std::string& path) const {
  for (const auto& [target, directory] : directories_) {
    if (target == fs::path(lifecycle::kAppDirectory) / path) return directory.get();
  }
  throw NotFound(fmt::format("there is no mount {}", path));
}

}  // namespace penstock
