#include "container/socket_directory.h"

#include "base/error.h"
#include "base/file.h"

#include <fmt/core.h>

#include <sys/mount.h>
#include <sys/xattr.h>

#include <array>
#include <cstdint>

namespace penstock {
namespace {

// The value of "system.posix_acl_default": who may do what with files made in a directory. Little-endian.
struct AclEntry {
  std::uint16_t tag;
  std::uint16_t permissions;
  std::uint32_t id;
};
struct Acl {
  std::uint32_t version;
  std::array<AclEntry, 3> entries;
};

constexpr std::uint16_t kUser = 0x01;
constexpr std::uint16_t kGroup = 0x04;
constexpr std::uint16_t kOther = 0x20;
constexpr std::uint32_t kNobody = 0xffffffff;
constexpr std::uint16_t kAll = 7;
constexpr Acl kEverybody{
    .version = 2,
    .entries = {AclEntry{kUser, kAll, kNobody}, AclEntry{kGroup, kAll, kNobody}, AclEntry{kOther, kAll, kNobody}}};

}  // namespace

void make_socket_directory(const std::filesystem::path& path, uid_t owner) {
  std::filesystem::create_directories(path);
  const std::string options = fmt::format("size=64k,nr_inodes=32,mode=755,uid={0},gid={0}", owner);
  if (::mount("penstock", path.c_str(), "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, options.c_str()) != 0) {
    throw SystemError("mount " + path.string());
  }
  // Connecting takes the right to write, which no usual umask leaves to others: with such a default it does not count.
  if (::setxattr(path.c_str(), "system.posix_acl_default", &kEverybody, sizeof kEverybody, 0) != 0) {
    throw SystemError("set the default rights of " + path.string());
  }
}

void remove_socket_directory(const std::filesystem::path& path) {
  if (::umount2(path.c_str(), MNT_DETACH | UMOUNT_NOFOLLOW) != 0 && errno != EINVAL && errno != ENOENT) {
    throw SystemError("unmount " + path.string());
  }
  remove_tree(path);
}

}  // namespace penstock
