#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace penstock::config {

// `path`, relative to `base`, as a path from the repository's root: "a/b", "" for the root itself. A '/' at its start
// or end and "." mean nothing. None when it leaves the repository.
std::optional<std::string> resolve_path(std::string_view base, std::string_view path);

// Whether the path `inner` is in the folder `outer` or is that folder; both as resolve_path() gives them.
bool is_inside(std::string_view outer, std::string_view inner);

std::vector<std::string> split(std::string_view text, char separator);

}  // namespace penstock::config
