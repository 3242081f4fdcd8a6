#include "runtime/volumes/btrfs_volumes.h"

#include "base/error.h"
#include "base/handle.h"

#include <fcntl.h>
#include <linux/btrfs.h>
#include <linux/magic.h>
#include <sys/ioctl.h>
#include <sys/vfs.h>

#include <cerrno>
#include <cstring>
#include <vector>

namespace penstock {
namespace {

namespace fs = std::filesystem;

Fd open_directory(const fs::path& path) {
  Fd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd) throw SystemError("open " + path.string());
  return fd;
}

template <typename Arguments>
Arguments named(const fs::path& path) {
  Arguments arguments{};
  const std::string name = path.filename().string();
  if (name.size() >= sizeof arguments.name) throw Error("cannot use " + path.string() + ": name too long");
  std::memcpy(arguments.name, name.c_str(), name.size());
  return arguments;
}

// False when there is no such subvolume, or others are inside.
bool destroy(const fs::path& path) {
  auto arguments = named<btrfs_ioctl_vol_args>(path);
  if (::ioctl(open_directory(path.parent_path()).get(), BTRFS_IOC_SNAP_DESTROY, &arguments) == 0) return true;
  if (errno != ENOENT && errno != ENOTEMPTY) throw SystemError("delete subvolume " + path.string());
  return false;
}

// Those right below it. As many as the kernel tells of at once: ask again when they are gone.
std::vector<fs::path> inner_subvolumes(const fs::path& path) {
  const Fd subvolume = open_directory(path);
  btrfs_ioctl_get_subvol_rootref_args found{};
  // It says "too many" for those that did not fit.
  if (::ioctl(subvolume.get(), BTRFS_IOC_GET_SUBVOL_ROOTREF, &found) != 0 && errno != EOVERFLOW) {
    throw SystemError("look for subvolumes in " + path.string());
  }
  std::vector<fs::path> paths;
  for (unsigned i = 0; i < found.num_items; ++i) {
    btrfs_ioctl_ino_lookup_user_args name{};
    name.dirid = found.rootref[i].dirid;
    name.treeid = found.rootref[i].treeid;
    if (::ioctl(subvolume.get(), BTRFS_IOC_INO_LOOKUP_USER, &name) != 0) {
      throw SystemError("look for a subvolume in " + path.string());
    }
    paths.push_back(path / name.path / name.name);
  }
  return paths;
}

}  // namespace

void BtrfsVolumes::create(const fs::path& path) {
  auto arguments = named<btrfs_ioctl_vol_args>(path);
  if (::ioctl(open_directory(path.parent_path()).get(), BTRFS_IOC_SUBVOL_CREATE, &arguments) != 0) {
    throw SystemError("create subvolume " + path.string());
  }
}

void BtrfsVolumes::copy(const fs::path& from, const fs::path& to) {
  remove(to);
  const Fd source = open_directory(from);
  auto arguments = named<btrfs_ioctl_vol_args_v2>(to);
  arguments.fd = source.get();
  if (::ioctl(open_directory(to.parent_path()).get(), BTRFS_IOC_SNAP_CREATE_V2, &arguments) != 0) {
    throw SystemError("snapshot " + from.string() + " to " + to.string());
  }
}

void BtrfsVolumes::remove(const fs::path& path) {
  while (!destroy(path) && fs::exists(path)) {
    const std::vector<fs::path> inside = inner_subvolumes(path);
    if (inside.empty()) throw Error("cannot delete subvolume " + path.string() + ": it is not empty");
    for (const fs::path& inner : inside) remove(inner);
  }
}

bool is_btrfs(const fs::path& path) {
  struct statfs status {};
  if (::statfs(path.c_str(), &status) != 0) throw SystemError("look up the file system of " + path.string());
  return status.f_type == BTRFS_SUPER_MAGIC;
}

}  // namespace penstock
