#pragma once

#include <filesystem>

namespace penstock {

// How a tree of data is made, copied and removed. All paths are below one pool.
class VolumeBackend {
 public:
  virtual ~VolumeBackend() = default;

  // A new, empty tree.
  virtual void create(const std::filesystem::path& path) = 0;
  // A copy of a tree nobody writes to meanwhile. `to` does not exist; half of it may be there after a crash.
  virtual void copy(const std::filesystem::path& from, const std::filesystem::path& to) = 0;
  // One that does not exist is fine.
  virtual void remove(const std::filesystem::path& path) = 0;
};

}  // namespace penstock
