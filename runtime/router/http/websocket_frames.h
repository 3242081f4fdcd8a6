#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace penstock::router {

// Follows the frames of one direction of a WebSocket (RFC 6455), to know where one may be put in between.
class WebSocketFrames {
 public:
  // What is passed on.
  void pass(std::string_view bytes);
  bool between_frames() const { return head_size_ == 0 && payload_left_ == 0; }

 private:
  std::size_t head_needed() const;
  std::uint64_t payload_size() const;

  std::array<unsigned char, 14> head_{};
  std::size_t head_size_ = 0;  // what is known of the head of the present frame
  std::uint64_t payload_left_ = 0;
};

// A Close frame that says "going away" (1001), as a server sends it, or a client.
std::string going_away_frame(bool from_client);

}  // namespace penstock::router
