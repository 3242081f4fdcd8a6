#include "pipeline/artifact/erofs_directory.h"

#include "pipeline/artifact/erofs_format.h"

#include <algorithm>
#include <cstring>

namespace penstock::erofs {

DirectoryContent::DirectoryContent(std::vector<Name> names, std::uint64_t self, std::uint64_t parent)
    : names_(std::move(names)) {
  names_.push_back({".", self, kTypeDirectory});
  names_.push_back({"..", parent, kTypeDirectory});
  std::sort(names_.begin(), names_.end(), [](const Name& a, const Name& b) { return a.name < b.name; });
  divide_into_blocks();
}

std::uint64_t DirectoryContent::size() const {
  return (blocks_.size() - 1) * kBlockSize + blocks_.back().used;
}

std::string DirectoryContent::bytes() const {
  std::string bytes(size(), '\0');
  for (std::size_t i = 0; i < blocks_.size(); ++i) {
    char* const start = bytes.data() + i * kBlockSize;
    std::size_t name_offset = blocks_[i].count * sizeof(DirectoryEntry);
    for (std::size_t k = 0; k < blocks_[i].count; ++k) {
      const Name& name = names_[blocks_[i].first + k];
      const DirectoryEntry entry{name.inode, static_cast<std::uint16_t>(name_offset), name.type, 0};
      std::memcpy(start + k * sizeof entry, &entry, sizeof entry);
      std::memcpy(start + name_offset, name.name.data(), name.name.size());
      name_offset += name.name.size();
    }
  }
  return bytes;
}

void DirectoryContent::divide_into_blocks() {
  blocks_.push_back({0, 0, 0});
  for (std::size_t i = 0; i < names_.size(); ++i) {
    const std::size_t needed = sizeof(DirectoryEntry) + names_[i].name.size();
    if (blocks_.back().used + needed > kBlockSize) blocks_.push_back({i, 0, 0});
    blocks_.back().count++;
    blocks_.back().used += needed;
  }
}

}  // namespace penstock::erofs
