// A btrfs file system in a sparse file, for machines whose own file system has no snapshots.
#pragma once

#include <cstdint>
#include <filesystem>

namespace penstock {

struct LoopFileSystem {
  std::filesystem::path file;
  std::filesystem::path directory;  // where it is mounted: nodev, nosuid
  std::uint64_t size = 0;           // of a new file; it takes only the space of what is in it

  // Makes the file when it is absent and mounts it unless it is mounted. Throws Error when this machine cannot.
  void open() const;
  // Enlarges file and file system while they are in use. Safe to repeat after a crash at any moment.
  void grow(std::uint64_t new_size) const;
  // Unmounts; the kernel then detaches the loop device. Not mounted is fine.
  void close() const;
  bool is_open() const;
};

}  // namespace penstock
