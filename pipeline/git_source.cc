#include "pipeline/git_source.h"

#include <algorithm>

namespace penstock {

std::optional<std::string> GitSource::read(const std::string& path, std::size_t limit) {
  const auto entry = repository_.entry(commit_, path);
  if (!entry || (entry->kind != git::EntryKind::File && entry->kind != git::EntryKind::Executable)) return std::nullopt;
  return repository_.read(commit_, path, limit);
}

std::vector<std::string> GitSource::list(const std::string& directory) {
  std::vector<std::string> names;
  for (const auto& entry : repository_.list(commit_, directory)) {
    names.push_back(entry.kind == git::EntryKind::Directory ? entry.name + "/" : entry.name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace penstock
