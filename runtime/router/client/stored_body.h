#pragma once

#include "base/handle.h"

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace penstock::router {

// How much of request bodies may lie on disk at a time. Belongs to one thread.
struct BodySpace {
  std::filesystem::path directory;  // empty: the system's for temporary files
  std::uint64_t left = std::uint64_t{1} << 30;
};

// The body of a request that is read whole before anybody is asked: in memory while it is small, then in a file without
// a name.
class StoredBody {
 public:
  // `space` outlives this.
  explicit StoredBody(BodySpace& space) : space_(space) {}
  StoredBody(const StoredBody&) = delete;
  StoredBody& operator=(const StoredBody&) = delete;
  ~StoredBody();

  // False when there is no room.
  bool append(std::string_view bytes);
  std::uint64_t size() const { return size_; }

  // The next piece, at most as large as `into`, which it may lie in; empty at the end.
  std::string_view read(std::span<char> into);
  bool read_to_end() const { return offset_ == size_; }

 private:
  bool spill(std::string_view bytes);

  BodySpace& space_;
  std::string memory_;
  Fd file_;
  std::uint64_t size_ = 0;
  std::uint64_t offset_ = 0;
  std::uint64_t taken_ = 0;  // of the space
};

}  // namespace penstock::router
