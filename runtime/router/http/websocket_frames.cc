#include "runtime/router/http/websocket_frames.h"

#include <algorithm>

namespace penstock::router {
namespace {

constexpr std::size_t kShortest = 2;
constexpr unsigned char kMasked = 0x80;
constexpr unsigned char kTwoByteSize = 126;
constexpr unsigned char kEightByteSize = 127;
constexpr std::size_t kMaskBytes = 4;

}  // namespace

void WebSocketFrames::pass(std::string_view bytes) {
  while (!bytes.empty()) {
    if (payload_left_ > 0) {
      const std::size_t taken = std::min<std::uint64_t>(payload_left_, bytes.size());
      payload_left_ -= taken;
      bytes.remove_prefix(taken);
      continue;
    }
    head_[head_size_++] = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    if (head_size_ < head_needed()) continue;
    payload_left_ = payload_size();
    head_size_ = 0;
  }
}

std::size_t WebSocketFrames::head_needed() const {
  if (head_size_ < kShortest) return kShortest;
  const unsigned char size = head_[1] & ~kMasked;
  const std::size_t more = size == kEightByteSize ? 8 : (size == kTwoByteSize ? 2 : 0);
  return kShortest + more + ((head_[1] & kMasked) != 0 ? kMaskBytes : 0);
}

std::uint64_t WebSocketFrames::payload_size() const {
  const unsigned char size = head_[1] & ~kMasked;
  if (size < kTwoByteSize) return size;
  std::uint64_t value = 0;
  const std::size_t bytes = size == kTwoByteSize ? 2 : 8;
  for (std::size_t i = 0; i < bytes; ++i) value = value << 8 | head_[kShortest + i];
  return value;
}

std::string going_away_frame(bool from_client) {
  // A mask of zeroes leaves the payload as it is.
  if (from_client) return std::string("\x88\x82\0\0\0\0\x03\xe9", 8);
  return "\x88\x02\x03\xe9";
}

}  // namespace penstock::router
