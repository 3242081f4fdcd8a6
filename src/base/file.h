// Files that must survive, and directories that must not.
#pragma once

#include "base/handle.h"

#include <filesystem>
#include <string>
#include <string_view>

namespace penstock {

// Throws SystemError; when the file is larger than `limit` bytes, Error.
std::string read_file(const std::filesystem::path& path, std::size_t limit = std::size_t{64} << 20);

// Writes a file so that after a power cut there is either the old content or the new: temporary name beside it, fsync,
// rename, fsync of the directory.
void write_file_durably(const std::filesystem::path& path, std::string_view content, unsigned mode = 0644);

// Writes a file so that every reader sees either the old content or the new; a power cut may lose it.
void replace_file(const std::filesystem::path& path, std::string_view content, unsigned mode = 0644);

// Writes all of `bytes`, going on after short writes. Throws SystemError.
void write_all(int fd, std::string_view bytes);

// Makes the entries of a directory durable.
void fsync_directory(const std::filesystem::path& path);

// Removes a tree that may hold read-only directories; never crosses into another mounted file system. Throws
// SystemError; a path that does not exist is fine.
void remove_tree(const std::filesystem::path& path);

// A new directory, removed with all it holds by the destructor.
class TemporaryDirectory {
 public:
  // Made in `parent`, or in the system's directory for temporary files.
  explicit TemporaryDirectory(const std::filesystem::path& parent = {});
  TemporaryDirectory(TemporaryDirectory&& other) noexcept : path_(std::move(other.path_)) { other.path_.clear(); }
  TemporaryDirectory& operator=(TemporaryDirectory&&) = delete;
  ~TemporaryDirectory();

  const std::filesystem::path& path() const { return path_; }
  // The caller becomes responsible for removing it.
  std::filesystem::path release();

 private:
  std::filesystem::path path_;
};

}  // namespace penstock
