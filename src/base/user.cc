#include "base/user.h"

#include "base/error.h"

#include <pwd.h>

#include <array>

namespace penstock {

std::optional<std::pair<uid_t, gid_t>> find_user(const std::string& name) {
  passwd entry{};
  passwd* found = nullptr;
  std::array<char, 1 << 14> strings{};
  const int code = ::getpwnam_r(name.c_str(), &entry, strings.data(), strings.size(), &found);
  if (code != 0) throw SystemError("look up user " + name, code);
  if (found == nullptr) return std::nullopt;
  return std::pair(found->pw_uid, found->pw_gid);
}

}  // namespace penstock
