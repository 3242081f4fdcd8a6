#include "pipeline/artifact/image_mount.h"

#include "base/error.h"
#include "base/handle.h"

#include <fcntl.h>
#include <linux/loop.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <string>

namespace penstock {
namespace {

namespace fs = std::filesystem;

constexpr unsigned long kMountFlags = MS_RDONLY | MS_NOSUID | MS_NODEV;
constexpr int kLoopAttempts = 64;

// A read-only loop device on a file. The kernel frees it when the last user, our descriptor or a mount, is gone.
struct LoopDevice {
  std::string path;
  Fd open;
};

LoopDevice attach_loop_device(const fs::path& image) {
  const Fd file(::open(image.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) throw SystemError("open " + image.string());
  const Fd control(::open("/dev/loop-control", O_RDWR | O_CLOEXEC));
  if (!control) throw SystemError("open /dev/loop-control");
  loop_config config{};
  config.fd = static_cast<__u32>(file.get());
  config.info.lo_flags = LO_FLAGS_READ_ONLY | LO_FLAGS_AUTOCLEAR;
  for (int attempt = 0; attempt < kLoopAttempts; ++attempt) {
    const int number = ::ioctl(control.get(), LOOP_CTL_GET_FREE);
    if (number < 0) throw SystemError("find a free loop device");
    LoopDevice device{"/dev/loop" + std::to_string(number), Fd()};
    device.open.reset(::open(device.path.c_str(), O_RDONLY | O_CLOEXEC));
    if (device.open && ::ioctl(device.open.get(), LOOP_CONFIGURE, &config) == 0) return device;
    if (errno != EBUSY) throw SystemError("attach " + image.string() + " to " + device.path);
  }
  throw Error("cannot attach " + image.string() + ": others took every free loop device");
}

}  // namespace

void mount_image(const fs::path& image, const fs::path& target) {
  if (::mount(image.c_str(), target.c_str(), "erofs", kMountFlags, nullptr) == 0) return;
  if (errno != ENOTBLK) throw SystemError("mount " + image.string());
  const LoopDevice device = attach_loop_device(image);
  if (::mount(device.path.c_str(), target.c_str(), "erofs", kMountFlags, nullptr) != 0) {
    throw SystemError("mount " + image.string() + " as " + device.path);
  }
}

bool is_mount_point(const fs::path& target) {
  struct statx status {};
  if (::statx(AT_FDCWD, target.c_str(), AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, STATX_BASIC_STATS, &status) != 0) {
    if (errno == ENOENT) return false;
    throw SystemError("look up " + target.string());
  }
  return (status.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
}

void unmount_image(const fs::path& target) {
  if (::umount2(target.c_str(), UMOUNT_NOFOLLOW) == 0) return;
  if (errno == EBUSY) throw Conflict("cannot unmount " + target.string() + ": it is in use");
  throw SystemError("unmount " + target.string());
}

}  // namespace penstock
