#pragma once

#include "runtime/router/http/body.h"
#include "runtime/router/loop/stream.h"

#include <string_view>

namespace penstock::router {

// While more than this waits to be sent to one side, nothing is read from the other.
inline constexpr std::size_t kMostPending = std::size_t{64} << 10;

// The body of one message on its way from one connection to another, from one framing to another.
class Relay {
 public:
  Relay() = default;
  Relay(BodyFraming framing, bool chunked) : reader_(framing), writer_(chunked) {}

  // Sends `prefix` and the payload found in `bytes` to `out`. What follows the body stays in `bytes`.
  void pass(std::string_view prefix, std::string_view& bytes, Stream& out);
  // The sender closed: ends the body for the receiver if that is a proper end. False: it is not.
  bool end(Stream& out);

  bool done() const { return reader_.done(); }
  bool malformed() const { return reader_.malformed(); }

 private:
  BodyReader reader_;
  BodyWriter writer_;
};

}  // namespace penstock::router
