#include "pipeline/artifact/erofs_writer.h"

#include "base/digest.h"
#include "base/error.h"
#include "pipeline/artifact/erofs_format.h"
#include "pipeline/artifact/erofs_layout.h"
#include "pipeline/artifact/erofs_segment.h"
#include "pipeline/artifact/ordered_work.h"

#include <fmt/format.h>

#include <unistd.h>

#include <cstring>
#include <limits>
#include <thread>

namespace penstock::erofs {
namespace {

void write_at(int file, std::string_view bytes, std::uint64_t offset) {
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(file, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw SystemError("write the artifact");
    bytes.remove_prefix(static_cast<std::size_t>(written));
    offset += static_cast<std::uint64_t>(written);
  }
}

std::string first_block(const Layout& layout) {
  Superblock superblock;
  superblock.root_inode = static_cast<std::uint16_t>(layout.placements.front().inode_number());
  superblock.inode_count = layout.placements.size();
  superblock.build_time = static_cast<std::uint64_t>(layout.common_time);
  superblock.block_count = static_cast<std::uint32_t>(layout.image_size / kBlockSize);
  std::string block(kBlockSize, '\0');
  std::memcpy(block.data() + kSuperblockOffset, &superblock, sizeof superblock);
  return block;
}

// For one thread.
OrderedWork::Producer segment_writer(const Layout& layout, int output) {
  return [&layout, output, filler = std::make_shared<SegmentFiller>(layout)](std::size_t index, std::string& bytes) {
    const Segment& segment = layout.segments[index];
    bytes.resize(segment.size);
    filler->fill(segment, bytes);
    write_at(output, bytes, segment.offset);
  };
}

unsigned cores() {
  return std::max(1U, std::thread::hardware_concurrency());
}

}  // namespace

Image Writer::write(std::stop_token stop) const {
  const FileTree tree(source, clamp);
  const Layout layout(tree, clamp);
  if (layout.image_size > max_size) {
    throw UserError(fmt::format("cannot freeze the application: it takes {} MB, the limit is {} MB",
                                layout.image_size >> 20, max_size >> 20));
  }
  Sha256 digest;
  const std::string head = first_block(layout);
  write_at(output, head, 0);
  digest.update(head);

  OrderedWork work{layout.segments.size(), threads > 0 ? threads : cores(), std::move(stop)};
  work.run([&] { return segment_writer(layout, output); }, [&](const std::string& bytes) { digest.update(bytes); });
  return {digest.hex(), layout.image_size};
}

}  // namespace penstock::erofs
