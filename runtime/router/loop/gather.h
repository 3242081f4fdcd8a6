#pragma once

#include <sys/uio.h>

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

namespace penstock::router {

// Pieces of memory to be sent as one. They must stay until they are sent.
class Gather {
 public:
  static constexpr std::size_t kCapacity = 64;

  // The caller sees to it that !full().
  void add(std::string_view piece) {
    if (piece.empty()) return;
    pieces_[count_++] = {const_cast<char*>(piece.data()), piece.size()};
    bytes_ += piece.size();
  }
  bool full() const { return count_ == kCapacity; }
  std::size_t bytes() const { return bytes_; }
  std::span<const iovec> pieces() const { return {pieces_.data(), count_}; }

 private:
  std::array<iovec, kCapacity> pieces_;
  std::size_t count_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace penstock::router
