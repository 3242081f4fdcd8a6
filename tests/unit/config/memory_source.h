#pragma once

#include "base/error.h"
#include "config/file_source.h"

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace penstock::config {

// Files by path.
class MemorySource : public FileSource {
 public:
  explicit MemorySource(std::map<std::string, std::string> files) : files_(std::move(files)) {}

  std::optional<std::string> read(const std::string& path, std::size_t limit) override {
    const auto file = files_.find(path);
    if (file == files_.end()) return std::nullopt;
    if (file->second.size() > limit) throw UserError("cannot read " + path + ": it is too large");
    return file->second;
  }

  std::vector<std::string> list(const std::string& directory) override {
    const std::string prefix = directory.empty() ? "" : directory + "/";
    std::set<std::string> names;
    for (const auto& [path, content] : files_) {
      if (path.compare(0, prefix.size(), prefix) != 0) continue;
      const std::string rest = path.substr(prefix.size());
      const std::size_t slash = rest.find('/');
      names.insert(slash == std::string::npos ? rest : rest.substr(0, slash + 1));
    }
    return {names.begin(), names.end()};
  }

 private:
  std::map<std::string, std::string> files_;
};

}  // namespace penstock::config
