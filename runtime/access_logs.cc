#include "runtime/access_logs.h"

#include "base/error.h"
#include "base/file.h"
#include "base/handle.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace penstock {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kSearchable = 0711;
// Sticky: of what is in it, the router may rename and remove only what it made.
constexpr mode_t kShared = S_ISVTX | 0770;
constexpr mode_t kWritable = 0664;

void make_directory(const fs::path& path) {
  fs::create_directories(path);
  if (::chmod(path.c_str(), kSearchable) != 0) throw SystemError("set the rights of " + path.string());
}

void share(int fd, gid_t group, mode_t mode, const fs::path& path) {
  if (::fchown(fd, ::geteuid(), group) != 0 || ::fchmod(fd, mode) != 0) {
    throw SystemError("let the router write to " + path.string());
  }
}

}  // namespace

fs::path AccessLogs::prepare(const std::string& environment) const {
  struct stat router {};
  const gid_t group = ::stat(router_.c_str(), &router) == 0 ? router.st_gid : ::getegid();
  const fs::path log = file(environment);
  make_directory(directory_);
  fs::create_directories(log.parent_path());
  const Fd directory(::open(log.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!directory) throw SystemError("open " + log.parent_path().string());
  const Fd file(::openat(directory.get(), log.filename().c_str(), O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file) throw SystemError("open " + log.string());
  share(file.get(), group, kWritable, log);
  share(directory.get(), group, kShared, log.parent_path());
  return log;
}

fs::path AccessLogs::file(const std::string& environment) const {
  return directory_ / environment / "access.log";
}

void AccessLogs::remove(const std::string& environment) const {
  remove_tree(directory_ / environment);
}

}  // namespace penstock
