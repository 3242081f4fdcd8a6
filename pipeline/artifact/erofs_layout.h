// Decides where everything of an EROFS image goes, before any file is read.
//
// The image is the superblock's block, then groups. A group is up to 16 blocks of inodes, each inode followed by the
// partial last block of its file where that fits, then the whole blocks of those files; the blocks of large files come
// after it in pieces. So an image is written from front to back in segments that do not depend on each other.
#pragma once

#include "pipeline/artifact/erofs_directory.h"
#include "pipeline/artifact/erofs_format.h"
#include "pipeline/artifact/file_tree.h"

#include <cstdint>
#include <vector>

namespace penstock::erofs {

struct Placement {
  std::uint64_t inode_offset = 0;
  std::uint64_t size = 0;         // of the content
  std::uint64_t data_offset = 0;  // of the content's blocks, when it has any
  std::uint64_t in_blocks = 0;    // bytes of the content that are there
  bool extended = false;          // the inode takes two slots
  bool bulky = false;             // the blocks are in segments of their own

  std::uint64_t inode_size() const { return extended ? 2 * kSlotSize : kSlotSize; }
  std::uint64_t tail_offset() const { return inode_offset + inode_size(); }
  std::uint64_t tail_size() const { return size - in_blocks; }
  std::uint64_t inode_number() const { return inode_offset / kSlotSize; }
};

// A stretch of the image that is written in one piece: a group, or a piece of a bulky node's blocks.
struct Segment {
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
  std::uint32_t first_node = 0;
  std::uint32_t node_count = 0;
  bool bulk = false;
  std::uint64_t content_offset = 0;  // of a bulk segment: where in the content it begins
};

struct Layout {
  // `tree` must outlive the layout. Inodes whose time is `common_time` are compact.
  Layout(const FileTree& tree, std::int64_t common_time);

  DirectoryContent directory(std::uint32_t node) const;

  const FileTree& tree;
  std::int64_t common_time;
  std::vector<Placement> placements;  // by node
  std::vector<Segment> segments;      // from front to back, without the superblock
  std::uint64_t image_size = 0;
};

constexpr std::uint64_t kMaxSegmentSize = std::uint64_t{1} << 20;

}  // namespace penstock::erofs
