// The content of an EROFS directory: blocks of entries sorted by name, each block's entries before its names.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace penstock::erofs {

class DirectoryContent {
 public:
  struct Name {
    std::string_view name;
    std::uint64_t inode;
    std::uint8_t type;
  };

  // `names` without "." and "..", in any order; what they view must outlive this.
  DirectoryContent(std::vector<Name> names, std::uint64_t self, std::uint64_t parent);

  std::uint64_t size() const;
  std::string bytes() const;

 private:
  struct Block {
    std::size_t first;
    std::size_t count;
    std::size_t used;  // bytes
  };

  void divide_into_blocks();

  std::vector<Name> names_;
  std::vector<Block> blocks_;
};

}  // namespace penstock::erofs
