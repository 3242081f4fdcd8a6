// Fills one segment of an EROFS image with its inodes and the content of its files.
#pragma once

#include "base/handle.h"
#include "pipeline/artifact/erofs_layout.h"

#include <limits>
#include <span>

namespace penstock::erofs {

// One per thread: it keeps the last directory open, as neighbours tend to share it.
class SegmentFiller {
 public:
  explicit SegmentFiller(const Layout& layout) : layout_(layout) {}

  // `bytes` is as large as the segment. Throws Error when a file has shrunk since it was scanned.
  void fill(const Segment& segment, std::span<char> bytes);

 private:
  void fill_group(const Segment& segment, std::span<char> bytes);
  void put_inode(std::uint32_t node, char* inode) const;
  void put_content(std::uint32_t node, const Segment& segment, char* bytes);
  void put_bulk(const Segment& segment, std::span<char> bytes);
  void read(std::uint32_t node, std::span<char> head, std::span<char> tail, std::uint64_t offset);
  Fd open(std::uint32_t node);

  const Layout& layout_;
  std::uint32_t open_directory_ = std::numeric_limits<std::uint32_t>::max();
  Fd directory_;
};

}  // namespace penstock::erofs
