#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace penstock::router {

// The path of a request as names of files: percent-decoded, without "." and ".." and repeated slashes. Empty when it
// leads above the root or holds what no file name can. Most paths are returned as they are; others are built in
// `buffer`.
std::optional<std::string_view> normalize_path(std::string_view path, std::string& buffer);

}  // namespace penstock::router
