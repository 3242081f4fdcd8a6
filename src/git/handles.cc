#include "git/handles.h"

#include "base/error.h"

namespace penstock::git {
namespace {

// libgit2 wants to be initialised once and before any other call.
struct Library {
  Library() {
    git_libgit2_init();
    // penstockd is root, repositories belong to another user.
    git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
    // What git itself verified with its own hash when it took the pack.
    git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 0);
    // Nobody's configuration but the repository's own.
    for (const int level : {GIT_CONFIG_LEVEL_SYSTEM, GIT_CONFIG_LEVEL_XDG, GIT_CONFIG_LEVEL_GLOBAL}) {
      git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, level, "");
    }
  }
};

}  // namespace

void initialise() {
  static const Library library;
}

int check(int code, std::string_view action) {
  if (code >= 0) return code;
  const git_error* last = git_error_last();
  const std::string message =
      "cannot " + std::string(action) + ": " + (last != nullptr ? last->message : "unknown reason");
  if (code == GIT_ENOTFOUND) throw NotFound(message);
  throw Error(message);
}

git_oid oid_of(std::string_view hex) {
  git_oid oid;
  if (hex.size() != GIT_OID_HEXSZ || git_oid_fromstrn(&oid, hex.data(), hex.size()) != 0) {
    throw UserError("cannot use \"" + std::string(hex) + "\" as an object id");
  }
  return oid;
}

std::string hex_of(const git_oid& oid) {
  std::string hex(GIT_OID_HEXSZ, '0');
  git_oid_fmt(hex.data(), &oid);
  return hex;
}

}  // namespace penstock::git
