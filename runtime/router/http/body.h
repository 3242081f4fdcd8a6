// Bodies of HTTP/1.1 messages (RFC 9112 sections 6 and 7), piece by piece as they pass through.
#pragma once

#include "runtime/router/loop/gather.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace penstock::router {

// How the end of a body is known.
enum class Framing : std::uint8_t { None, Length, Chunked, UntilClose };

struct BodyFraming {
  Framing kind = Framing::None;
  std::uint64_t length = 0;  // of Framing::Length

  bool empty() const { return kind == Framing::None || (kind == Framing::Length && length == 0); }
};

// Reads chunked coding strictly: CR LF only, bounded chunk extensions and trailers, both dropped.
class ChunkedReader {
 public:
  // Takes framing and at most one piece of payload off `input`, which is returned.
  std::string_view next(std::string_view& input);
  bool done() const { return state_ == State::Done; }
  bool malformed() const { return state_ == State::Malformed; }

 private:
  enum class State : std::uint8_t {
    SizeFirst,
    Size,
    Extension,
    SizeEnd,
    Data,
    DataCr,
    DataLf,
    TrailerStart,
    Trailer,
    TrailerLf,
    LastLf,
    Done,
    Malformed
  };

  void take(char c);
  void take_size(char c);
  void take_overhead(State next);

  State state_ = State::SizeFirst;
  std::uint64_t left_ = 0;      // of the chunk
  std::uint32_t overhead_ = 0;  // bytes of extensions and trailers so far
};

// Finds the payload of a body in what is received.
class BodyReader {
 public:
  BodyReader() = default;
  explicit BodyReader(BodyFraming framing) : framing_(framing) {}

  // Takes at most one piece of payload off `input`. An empty piece: `input` is used up or the body is done or
  // malformed. What follows the body stays in `input`.
  std::string_view next(std::string_view& input);
  bool done() const;
  bool malformed() const { return framing_.kind == Framing::Chunked && chunks_.malformed(); }
  // The peer closed: whether that is a proper end.
  bool may_end_here() const { return done() || framing_.kind == Framing::UntilClose; }

 private:
  BodyFraming framing_;
  ChunkedReader chunks_;
};

// Adds payload to a Gather, as one chunk where the receiver wants chunks. Must outlive the sending of the Gather.
class BodyWriter {
 public:
  explicit BodyWriter(bool chunked = false) : chunked_(chunked) {}

  bool chunked() const { return chunked_; }
  // Sums up `payload` of pieces that follow as one chunk.
  void open_chunk(Gather& out, std::size_t payload);
  void close_chunk(Gather& out) const;
  void finish(Gather& out) const;

 private:
  bool chunked_;
  std::array<char, 24> size_line_{};
};

}  // namespace penstock::router
