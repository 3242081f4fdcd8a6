// A directory about to be frozen: everything below it, in an order that depends on nothing but the names.
#pragma once

#include "base/handle.h"

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace penstock {

enum class FileKind : std::uint8_t { Regular, Directory, Symlink };

// A file, however many names it has.
struct FileNode {
  FileKind kind = FileKind::Regular;
  std::uint32_t permissions = 0;  // without the set-user and set-group bits
  std::uint32_t links = 0;
  std::int64_t modified = 0;  // seconds
  std::uint64_t size = 0;
  std::uint32_t parent = 0;  // the directory that holds its first name
  std::string name;          // that name; empty for the root
  std::string target;        // of a symbolic link

  // Of a directory: where its names are in FileTree::entries.
  std::uint32_t first_entry = 0;
  std::uint32_t entry_count = 0;
};

// A name in a directory.
struct FileEntry {
  std::string name;
  std::uint32_t node = 0;
};

// The nodes of one directory follow each other, directories come level by level, the root is nodes[0]. Names are
// sorted by their bytes. A file with several names (hard links) is one node, placed where its first name is.
class FileTree {
 public:
  // Times later than `clamp` become `clamp`. Throws UserError naming the first socket, device or other special file,
  // SystemError when something cannot be read. Follows no link and leaves extended attributes out.
  FileTree(const std::filesystem::path& root, std::int64_t clamp);

  const std::vector<FileNode>& nodes() const { return nodes_; }
  const std::vector<FileEntry>& entries() const { return entries_; }

  // Relative to the root, "." for the root itself.
  std::string path_of(std::uint32_t node) const;
  // Opens without following a link anywhere on the way. Throws SystemError.
  Fd open_directory(std::uint32_t node) const;
  Fd open_file(int directory, std::uint32_t node) const;

 private:
  class Scan;

  Fd root_;
  std::vector<FileNode> nodes_;
  std::vector<FileEntry> entries_;
};

}  // namespace penstock
