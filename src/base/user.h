#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <utility>

namespace penstock {

// User and primary group of an account of this machine; none when it does not exist.
std::optional<std::pair<uid_t, gid_t>> find_user(const std::string& name);

}  // namespace penstock
