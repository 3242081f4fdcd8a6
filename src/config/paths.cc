#include "config/paths.h"

#include <fmt/format.h>

namespace penstock::config {

std::optional<std::string> resolve_path(std::string_view base, std::string_view path) {
  std::vector<std::string> parts;
  for (const std::string_view piece : {base, path}) {
    for (std::string& part : split(piece, '/')) {
      if (part.empty() || part == ".") continue;
      if (part != "..") {
        parts.push_back(std::move(part));
      } else if (parts.empty()) {
        return std::nullopt;
      } else {
        parts.pop_back();
      }
    }
  }
  return fmt::format("{}", fmt::join(parts, "/"));
}

bool is_inside(std::string_view outer, std::string_view inner) {
  if (outer.empty() || outer == inner) return true;
  return inner.size() > outer.size() && inner.substr(0, outer.size()) == outer && inner[outer.size()] == '/';
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t end = text.find(separator);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

}  // namespace penstock::config
