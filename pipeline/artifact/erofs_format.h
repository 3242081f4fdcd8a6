// The on-disk format of EROFS, as far as Penstock writes it: see linux/fs/erofs/erofs_fs.h. All numbers little-endian.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

namespace penstock::erofs {

static_assert(std::endian::native == std::endian::little, "the structures below are written as they are in memory");

constexpr std::uint64_t kBlockSize = 4096;
constexpr std::uint64_t kSlotSize = 32;  // inodes begin at multiples of it; an inode's number is its offset / kSlotSize

constexpr std::uint64_t whole_blocks(std::uint64_t bytes) {
  return bytes / kBlockSize * kBlockSize;
}
constexpr std::uint64_t round_to_blocks(std::uint64_t bytes) {
  return whole_blocks(bytes + kBlockSize - 1);
}

constexpr std::uint64_t kSuperblockOffset = 1024;
constexpr std::uint32_t kMagic = 0xE0F5E1E2;
constexpr std::uint32_t kCompatMtime = 2;  // inode times are modification times

struct Superblock {
  std::uint32_t magic = kMagic;
  std::uint32_t checksum = 0;
  std::uint32_t feature_compat = kCompatMtime;
  std::uint8_t block_bits = 12;
  std::uint8_t extension_slots = 0;
  std::uint16_t root_inode = 0;
  std::uint64_t inode_count = 0;
  std::uint64_t build_time = 0;  // the time of every compact inode
  std::uint32_t build_time_nanoseconds = 0;
  std::uint32_t block_count = 0;
  std::uint32_t inodes_block = 0;
  std::uint32_t attributes_block = 0;
  std::array<std::uint8_t, 16> uuid{};
  std::array<char, 16> volume_name{};
  std::uint32_t feature_incompat = 0;
  std::array<std::uint8_t, 44> unused{};
};
static_assert(sizeof(Superblock) == 128);

// Where an inode's data is.
enum class DataLayout : std::uint16_t {
  Plain = 0,   // in blocks
  Inline = 2,  // the last, partial block right behind the inode, the others in blocks
};

constexpr std::uint16_t inode_format(bool extended, DataLayout layout) {
  return static_cast<std::uint16_t>((static_cast<std::uint16_t>(layout) << 1) | (extended ? 1 : 0));
}

struct CompactInode {
  std::uint16_t format = 0;
  std::uint16_t attributes = 0;
  std::uint16_t mode = 0;
  std::uint16_t links = 0;
  std::uint32_t size = 0;
  std::uint32_t reserved = 0;
  std::uint32_t first_block = 0;
  std::uint32_t serial = 0;
  std::uint16_t uid = 0;
  std::uint16_t gid = 0;
  std::uint32_t reserved2 = 0;
};
static_assert(sizeof(CompactInode) == 32);

struct ExtendedInode {
  std::uint16_t format = 0;
  std::uint16_t attributes = 0;
  std::uint16_t mode = 0;
  std::uint16_t reserved = 0;
  std::uint64_t size = 0;
  std::uint32_t first_block = 0;
  std::uint32_t serial = 0;
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::uint64_t modified = 0;
  std::uint32_t modified_nanoseconds = 0;
  std::uint32_t links = 0;
  std::array<std::uint8_t, 16> reserved2{};
};
static_assert(sizeof(ExtendedInode) == 64);

struct __attribute__((packed)) DirectoryEntry {
  std::uint64_t inode = 0;
  std::uint16_t name_offset = 0;
  std::uint8_t type = 0;
  std::uint8_t reserved = 0;
};
static_assert(sizeof(DirectoryEntry) == 12);

constexpr std::uint8_t kTypeRegular = 1;
constexpr std::uint8_t kTypeDirectory = 2;
constexpr std::uint8_t kTypeSymlink = 7;

}  // namespace penstock::erofs
