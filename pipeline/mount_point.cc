#include "pipeline/mount_point.h"

#include "base/error.h"
#include "base/handle.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <string_view>

namespace penstock {
namespace {

constexpr mode_t kMode = 0755;

Fd open_directory(int parent, const char* name) {
  return Fd(::openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

bool has_entries(Fd directory) {
  const Handle<DIR, ::closedir> stream(::fdopendir(directory.get()));
  if (!stream) throw SystemError("list a mount point");
  directory.release();
  while (const dirent* entry = ::readdir(stream.get())) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") return true;
  }
  return false;
}

}  // namespace

MountPoint make_mount_point(const std::filesystem::path& root, const std::string& path) {
  Fd directory = open_directory(AT_FDCWD, root.c_str());
  if (!directory) throw SystemError("open " + root.string());
  for (const auto& part : std::filesystem::path(path).relative_path()) {
    if (part.empty() || part == "." || part == "..") throw UserError("cannot mount at '" + path + "': no such path");
    if (::mkdirat(directory.get(), part.c_str(), kMode) != 0 && errno != EEXIST) throw SystemError("create " + path);
    directory = open_directory(directory.get(), part.c_str());
    if (!directory) throw UserError("cannot mount at '/" + path + "': '" + part.string() + "' is not a directory");
  }
  return has_entries(std::move(directory)) ? MountPoint::HidesFiles : MountPoint::Empty;
}

}  // namespace penstock
