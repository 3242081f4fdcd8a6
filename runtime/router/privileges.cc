#include "runtime/router/privileges.h"

#include "base/error.h"

#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace penstock::router {
namespace {

namespace fs = std::filesystem;

void give(const fs::path& path, uid_t uid, gid_t gid) {
  if (::lchown(path.c_str(), uid, gid) != 0) throw SystemError("give away " + path.string());
}

}  // namespace

void raise_file_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) throw SystemError("read the limit of open files");
  limit.rlim_cur = limit.rlim_max;
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) throw SystemError("raise the limit of open files");
}

void become_user(const std::string& user, const fs::path& directory) {
  fs::create_directories(directory);
  const passwd* entry = user.empty() ? nullptr : ::getpwnam(user.c_str());
  if (!user.empty() && entry == nullptr) throw UserError("cannot become user " + user + ": there is no such user");
  if (entry != nullptr && entry->pw_uid != ::geteuid()) {
    give(directory, entry->pw_uid, entry->pw_gid);
    for (const auto& child : fs::recursive_directory_iterator(directory)) {
      give(child.path(), entry->pw_uid, entry->pw_gid);
    }
    if (::setgroups(0, nullptr) != 0 || ::setresgid(entry->pw_gid, entry->pw_gid, entry->pw_gid) != 0 ||
        ::setresuid(entry->pw_uid, entry->pw_uid, entry->pw_uid) != 0) {
      throw SystemError("become user " + user);
    }
  }
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) throw SystemError("give up new privileges");
}

}  // namespace penstock::router
