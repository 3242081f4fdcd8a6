#include "config/file_source.h"

#include "base/error.h"
#include "base/file.h"

#include <fmt/format.h>

#include <algorithm>

namespace penstock::config {

namespace fs = std::filesystem;

std::optional<std::string> DirectorySource::read(const std::string& path, std::size_t limit) {
  const auto file = resolve(path);
  if (!file || !fs::is_regular_file(*file)) return std::nullopt;
  if (fs::file_size(*file) > limit) {
    throw UserError(fmt::format("cannot read {}: it is larger than {} bytes", path, limit));
  }
  return read_file(*file, limit);
}

std::vector<std::string> DirectorySource::list(const std::string& directory) {
  const auto folder = resolve(directory);
  if (!folder || !fs::is_directory(*folder)) return {};
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(*folder)) {
    if (entry.is_symlink()) continue;
    names.push_back(entry.path().filename().string() + (entry.is_directory() ? "/" : ""));
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::optional<fs::path> DirectorySource::resolve(const std::string& path) const {
  fs::path result = root_;
  for (const fs::path& part : fs::path(path)) {
    if (part.empty()) continue;
    result /= part;
    const fs::file_type type = fs::symlink_status(result).type();
    if (type == fs::file_type::not_found || type == fs::file_type::symlink) return std::nullopt;
  }
  return result;
}

}  // namespace penstock::config
