#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace penstock::router {

// The path of a request as names of files: percent-decoded, without "." and ".." and repeated slashes. Empty when it
// leads above the root or holds what no file name can. Most paths are returned as they are; others are built in
// `buffer`.
std::optional<std::string_view> normalize_path(std::string_view path, std::string& buffer);

// `path` as it came, if reading it from left to right gives `names`, to which it was normalized; otherwise `names`
// encoded again, so that nobody behind us resolves it to something else.
std::string resolved_path(std::string_view path, std::string_view names);
// Percent-encodes what may not stand in a path.
std::string encode_path(std::string_view names);

std::string_view without_trailing_slash(std::string_view path);
// Whether `path` is `prefix`, which has no trailing slash, or leads below it.
bool is_below(std::string_view path, std::string_view prefix);
// What follows `prefix` in `path`, empty or beginning with one '/': with two, it would name a host.
std::string_view path_below(std::string_view path, std::string_view prefix);
// `rest` is empty or begins with '/'.
std::string join_paths(std::string_view base, std::string_view rest);

}  // namespace penstock::router
