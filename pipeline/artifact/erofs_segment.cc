#include "pipeline/artifact/erofs_segment.h"

#include "base/error.h"
#include "pipeline/artifact/erofs_format.h"

#include <sys/stat.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace penstock::erofs {
namespace {

constexpr std::uint16_t kOwner = 10000;

std::uint32_t type_bits(FileKind kind) {
  switch (kind) {
    case FileKind::Directory:
      return S_IFDIR;
    case FileKind::Symlink:
      return S_IFLNK;
    case FileKind::Regular:
      break;
  }
  return S_IFREG;
}

template <typename Inode>
Inode inode_of(const FileNode& node, const Placement& placement, std::uint32_t serial) {
  Inode inode;
  inode.format = inode_format(placement.extended, placement.tail_size() > 0 ? DataLayout::Inline : DataLayout::Plain);
  inode.mode = static_cast<std::uint16_t>(type_bits(node.kind) | node.permissions);
  inode.links = static_cast<decltype(inode.links)>(node.links);
  inode.size = static_cast<decltype(inode.size)>(placement.size);
  inode.first_block = static_cast<std::uint32_t>(placement.data_offset / kBlockSize);
  inode.serial = serial;
  inode.uid = kOwner;
  inode.gid = kOwner;
  return inode;
}

}  // namespace

void SegmentFiller::fill(const Segment& segment, std::span<char> bytes) {
  std::fill(bytes.begin(), bytes.end(), '\0');
  if (segment.bulk) {
    put_bulk(segment, bytes);
  } else {
    fill_group(segment, bytes);
  }
}

void SegmentFiller::fill_group(const Segment& segment, std::span<char> bytes) {
  for (std::uint32_t node = segment.first_node; node < segment.first_node + segment.node_count; ++node) {
    put_inode(node, bytes.data() + (layout_.placements[node].inode_offset - segment.offset));
    put_content(node, segment, bytes.data());
  }
}

void SegmentFiller::put_inode(std::uint32_t index, char* target) const {
  const FileNode& node = layout_.tree.nodes()[index];
  const Placement& placement = layout_.placements[index];
  if (placement.extended) {
    auto inode = inode_of<ExtendedInode>(node, placement, index + 1);
    inode.modified = static_cast<std::uint64_t>(node.modified);
    std::memcpy(target, &inode, sizeof inode);
  } else {
    const auto inode = inode_of<CompactInode>(node, placement, index + 1);
    std::memcpy(target, &inode, sizeof inode);
  }
}

// What of a node's content belongs to a group: the tail, and the blocks unless they are in segments of their own.
void SegmentFiller::put_content(std::uint32_t index, const Segment& segment, char* bytes) {
  const FileNode& node = layout_.tree.nodes()[index];
  const Placement& placement = layout_.placements[index];
  const std::uint64_t begin = placement.bulky ? placement.in_blocks : 0;
  if (begin == placement.size) return;
  const std::span<char> head =
      placement.in_blocks > begin
          ? std::span<char>(bytes + (placement.data_offset - segment.offset), placement.in_blocks)
          : std::span<char>();
  const std::span<char> tail(bytes + (placement.tail_offset() - segment.offset), placement.tail_size());
  if (node.kind == FileKind::Regular) {
    read(index, head, tail, begin);
    return;
  }
  const std::string content = node.kind == FileKind::Directory ? layout_.directory(index).bytes() : node.target;
  std::memcpy(head.data(), content.data(), head.size());
  std::memcpy(tail.data(), content.data() + placement.in_blocks, tail.size());
}

void SegmentFiller::put_bulk(const Segment& segment, std::span<char> bytes) {
  const Placement& placement = layout_.placements[segment.first_node];
  const auto wanted = bytes.first(std::min(bytes.size(), placement.in_blocks - segment.content_offset));
  if (layout_.tree.nodes()[segment.first_node].kind == FileKind::Regular) {
    read(segment.first_node, wanted, {}, segment.content_offset);
    return;
  }
  const std::string content = layout_.directory(segment.first_node).bytes();
  std::memcpy(wanted.data(), content.data() + segment.content_offset, wanted.size());
}

// Reads a file from `offset` on into `head`, then `tail`.
void SegmentFiller::read(std::uint32_t node, std::span<char> head, std::span<char> tail, std::uint64_t offset) {
  const Fd file = open(node);
  while (!head.empty() || !tail.empty()) {
    const std::array<iovec, 2> parts{{{head.data(), head.size()}, {tail.data(), tail.size()}}};
    const ssize_t got = ::preadv(file.get(), parts.data(), parts.size(), static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw SystemError("read " + layout_.tree.path_of(node));
    if (got == 0) throw Error("cannot freeze " + layout_.tree.path_of(node) + ": it shrank meanwhile");
    offset += static_cast<std::uint64_t>(got);
    const std::size_t of_head = std::min(static_cast<std::size_t>(got), head.size());
    head = head.subspan(of_head);
    tail = tail.subspan(static_cast<std::size_t>(got) - of_head);
  }
}

Fd SegmentFiller::open(std::uint32_t node) {
  const std::uint32_t parent = layout_.tree.nodes()[node].parent;
  if (parent != open_directory_) {
    directory_ = layout_.tree.open_directory(parent);
    open_directory_ = parent;
  }
  return layout_.tree.open_file(directory_.get(), node);
}

}  // namespace penstock::erofs
