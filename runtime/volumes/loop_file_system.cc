#include "runtime/volumes/loop_file_system.h"

#include "base/error.h"
#include "base/handle.h"
#include "base/process.h"

#include <fcntl.h>
#include <linux/btrfs.h>
#include <linux/loop.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <string>

namespace penstock {
namespace {

namespace fs = std::filesystem;

void create_file(const fs::path& path, std::uint64_t size) {
  const fs::path unfinished = path.string() + ".unfinished";
  {
    const Fd file(::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (!file || ::ftruncate(file.get(), static_cast<off_t>(size)) != 0) throw SystemError("create " + path.string());
  }
  // One copy of the metadata: a second one in the same file would protect against nothing.
  run_checked({"mkfs.btrfs", "--quiet", "--metadata", "single", "--data", "single", unfinished});
  fs::rename(unfinished, path);
}

// Attaches `file` to a free loop device; the kernel detaches it when its last user is gone.
Fd attach(int file, std::string& device_path) {
  const Fd control(::open("/dev/loop-control", O_RDWR | O_CLOEXEC));
  if (!control) throw SystemError("open /dev/loop-control");
  for (;;) {
    const int number = ::ioctl(control.get(), LOOP_CTL_GET_FREE);
    if (number < 0) throw SystemError("find a free loop device");
    device_path = "/dev/loop" + std::to_string(number);
    Fd device(::open(device_path.c_str(), O_RDWR | O_CLOEXEC));
    if (!device) throw SystemError("open " + device_path);
    loop_config config{};
    config.fd = static_cast<__u32>(file);
    config.info.lo_flags = LO_FLAGS_AUTOCLEAR | LO_FLAGS_DIRECT_IO;
    if (::ioctl(device.get(), LOOP_CONFIGURE, &config) == 0) return device;
    if (errno != EBUSY) throw SystemError("attach " + device_path);  // busy: somebody took it first
  }
}

}  // namespace

void LoopFileSystem::open() const {
  fs::create_directories(directory);
  if (is_open()) return;
  if (!fs::exists(file)) create_file(file, size);
  const Fd backing(::open(file.c_str(), O_RDWR | O_CLOEXEC));
  if (!backing) throw SystemError("open " + file.string());
  std::string device_path;
  const Fd device = attach(backing.get(), device_path);
  if (::mount(device_path.c_str(), directory.c_str(), "btrfs", MS_NODEV | MS_NOSUID | MS_NOATIME, "discard=async") !=
      0) {
    throw SystemError("mount " + file.string() + " at " + directory.string());
  }
}

void LoopFileSystem::grow(std::uint64_t new_size) const {
  const Fd root(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  btrfs_ioctl_dev_info_args info{.devid = 1};
  if (!root || ::ioctl(root.get(), BTRFS_IOC_DEV_INFO, &info) != 0)
    throw SystemError("look up the device of " + directory.string());
  const std::string device_path = reinterpret_cast<const char*>(info.path);
  const Fd device(::open(device_path.c_str(), O_RDWR | O_CLOEXEC));
  if (!device) throw SystemError("open " + device_path);
  btrfs_ioctl_vol_args to{};
  std::strncpy(to.name, "max", sizeof to.name - 1);
  if (::truncate(file.c_str(), static_cast<off_t>(new_size)) != 0 || ::ioctl(device.get(), LOOP_SET_CAPACITY) != 0 ||
      ::ioctl(root.get(), BTRFS_IOC_RESIZE, &to) != 0) {
    throw SystemError("enlarge " + file.string());
  }
}

void LoopFileSystem::close() const {
  if (is_open() && ::umount2(directory.c_str(), 0) != 0) throw SystemError("unmount " + directory.string());
}

bool LoopFileSystem::is_open() const {
  struct stat inside {};
  struct stat outside {};
  if (::stat(directory.c_str(), &inside) != 0) return false;
  if (::stat(directory.parent_path().c_str(), &outside) != 0) throw SystemError("look up " + directory.string());
  return inside.st_dev != outside.st_dev;
}

}  // namespace penstock
