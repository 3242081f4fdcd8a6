#include "pipeline/artifact/erofs_layout.h"

#include "pipeline/artifact/erofs_format.h"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>

namespace penstock::erofs {
namespace {

constexpr std::size_t kInodeBlocksOfGroup = 16;
constexpr std::uint64_t kGroupDataSize = kMaxSegmentSize / 2;
constexpr std::uint64_t kBulkySize = kMaxSegmentSize / 4;

// The inode blocks of a group. Takes the place that fits tightest.
class InodeBlocks {
 public:
  explicit InodeBlocks(std::uint64_t offset) : offset_(offset) { used_.fill(0); }

  // The offset in the image, or none when no block has `size` bytes left.
  std::optional<std::uint64_t> place(std::uint64_t size) {
    auto best = used_.end();
    for (auto block = used_.begin(); block != used_.end(); ++block) {
      if (*block + size <= kBlockSize && (best == used_.end() || *block > *best)) best = block;
    }
    if (best == used_.end()) return std::nullopt;
    const std::uint64_t inside = *best;
    *best = (inside + size + kSlotSize - 1) / kSlotSize * kSlotSize;
    return offset_ + static_cast<std::uint64_t>(best - used_.begin()) * kBlockSize + inside;
  }

  std::uint64_t end() const {
    const auto used = std::count_if(used_.begin(), used_.end(), [](auto bytes) { return bytes > 0; });
    return offset_ + static_cast<std::uint64_t>(used) * kBlockSize;
  }

 private:
  std::uint64_t offset_;
  std::array<std::uint64_t, kInodeBlocksOfGroup> used_;
};

// Places the nodes of a tree one after the other.
class Placer {
 public:
  explicit Placer(Layout& layout) : layout_(layout) {}

  void run() {
    const auto count = static_cast<std::uint32_t>(layout_.tree.nodes().size());
    layout_.placements.resize(count);
    for (std::uint32_t node = 0; node < count; ++node) place(node);
    close_group();
    layout_.image_size = inodes_offset_;
  }

 private:
  void place(std::uint32_t node) {
    Placement& placement = layout_.placements[node];
    shape(node, placement);
    auto offset = inodes_.place(placement.inode_size() + placement.tail_size());
    if (!offset || group_data_ > kGroupDataSize) {
      close_group();
      offset = inodes_.place(placement.inode_size() + placement.tail_size());
    }
    placement.inode_offset = *offset;
    if (!placement.bulky) group_data_ += round_to_blocks(placement.in_blocks);
    group_count_++;
  }

  // All but the offsets.
  void shape(std::uint32_t index, Placement& placement) const {
    const FileNode& node = layout_.tree.nodes()[index];
    placement.size = node.kind == FileKind::Directory ? layout_.directory(index).size() : node.size;
    placement.extended = node.modified != layout_.common_time ||
                         placement.size > std::numeric_limits<std::uint32_t>::max() ||
                         node.links > std::numeric_limits<std::uint16_t>::max();
    const bool tail_fits = placement.inode_size() + placement.size % kBlockSize <= kBlockSize;
    placement.in_blocks = tail_fits ? whole_blocks(placement.size) : placement.size;
    placement.bulky = placement.in_blocks > kBulkySize;
  }

  void close_group() {
    std::uint64_t offset = inodes_.end();
    for (std::uint32_t node = group_first_; node < group_first_ + group_count_; ++node) {
      if (!layout_.placements[node].bulky) offset = place_blocks(node, offset);
    }
    layout_.segments.push_back({inodes_offset_, offset - inodes_offset_, group_first_, group_count_, false, 0});
    for (std::uint32_t node = group_first_; node < group_first_ + group_count_; ++node) {
      if (layout_.placements[node].bulky) offset = add_bulk_segments(node, offset);
    }
    inodes_offset_ = offset;
    inodes_ = InodeBlocks(offset);
    group_first_ += group_count_;
    group_count_ = 0;
    group_data_ = 0;
  }

  std::uint64_t place_blocks(std::uint32_t node, std::uint64_t offset) {
    Placement& placement = layout_.placements[node];
    placement.data_offset = offset;
    return offset + round_to_blocks(placement.in_blocks);
  }

  std::uint64_t add_bulk_segments(std::uint32_t node, std::uint64_t offset) {
    const std::uint64_t end = place_blocks(node, offset);
    for (std::uint64_t done = 0; offset + done < end; done += kMaxSegmentSize) {
      layout_.segments.push_back({offset + done, std::min(kMaxSegmentSize, end - offset - done), node, 1, true, done});
    }
    return end;
  }

  Layout& layout_;
  std::uint64_t inodes_offset_ = kBlockSize;  // behind the superblock's block
  InodeBlocks inodes_{kBlockSize};
  std::uint32_t group_first_ = 0;
  std::uint32_t group_count_ = 0;
  std::uint64_t group_data_ = 0;
};

std::uint8_t type_of(FileKind kind) {
  switch (kind) {
    case FileKind::Directory:
      return kTypeDirectory;
    case FileKind::Symlink:
      return kTypeSymlink;
    case FileKind::Regular:
      break;
  }
  return kTypeRegular;
}

}  // namespace

Layout::Layout(const FileTree& source, std::int64_t time) : tree(source), common_time(time) {
  Placer(*this).run();
}

DirectoryContent Layout::directory(std::uint32_t index) const {
  const FileNode& node = tree.nodes()[index];
  std::vector<DirectoryContent::Name> names;
  names.reserve(node.entry_count + 2);
  for (std::uint32_t i = 0; i < node.entry_count; ++i) {
    const FileEntry& entry = tree.entries()[node.first_entry + i];
    names.push_back({entry.name, placements[entry.node].inode_number(), type_of(tree.nodes()[entry.node].kind)});
  }
  return {std::move(names), placements[index].inode_number(), placements[node.parent].inode_number()};
}

}  // namespace penstock::erofs
