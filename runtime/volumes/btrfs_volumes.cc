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
  auto arguments = named<btrfs_ioctl_vol_args>(path);
  if (::ioctl(open_directory(path.parent_path()).get(), BTRFS_IOC_SNAP_DESTROY, &arguments) != 0 && errno != ENOENT) {
    throw SystemError("delete subvolume " + path.string());
  }
}

bool is_btrfs(const fs::path& path) {
  struct statfs status {};
  if (::statfs(path.c_str(), &status) != 0) throw SystemError("look up the file system of " + path.string());
  return status.f_type == BTRFS_SUPER_MAGIC;
}

}  // namespace penstock
