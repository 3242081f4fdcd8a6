#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace penstock::config {

// The files of one version of a repository: a folder here, a git tree in the pipeline. Paths are relative to its root,
// have no "." or ".." in them; "" is the root. Symbolic links are never followed: they read as absent.
class FileSource {
 public:
  virtual ~FileSource() = default;

  // The content of a regular file; empty when there is none at `path`. Throws UserError when it is larger than `limit`.
  virtual std::optional<std::string> read(const std::string& path, std::size_t limit) = 0;

  // The names in a directory, sorted; those of directories end in '/'. Empty when there is no such directory.
  virtual std::vector<std::string> list(const std::string& directory) = 0;
};

// A folder of the file system.
class DirectorySource : public FileSource {
 public:
  explicit DirectorySource(std::filesystem::path root) : root_(std::move(root)) {}

  std::optional<std::string> read(const std::string& path, std::size_t limit) override;
  std::vector<std::string> list(const std::string& directory) override;

 private:
  // Empty when a part of the way is a symbolic link or not there.
  std::optional<std::filesystem::path> resolve(const std::string& path) const;

  std::filesystem::path root_;
};

}  // namespace penstock::config
