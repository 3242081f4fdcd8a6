// Bodies of HTTP/1.1 messages (RFC 9112 sections 6 and 7), piece by piece as they pass through.
#pragma once

#include "runtime/router/http/fields.h"
#include "runtime/router/loop/gather.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace penstock::router {

// How the end of a body is known.
enum class Framing : std::uint8_t { None, Length, Chunked, UntilClose };

struct BodyFraming {
  Framing kind = Framing::None;
  std::uint64_t length = 0;  // of Framing::Length

  bool empty() const { return kind == Framing::None || (kind == Framing::Length && length == 0); }
};

// Some of a message's payload on its way, without any framing. All views are good only during the call that passes it.
struct BodyPart {
  std::span<const std::string_view> pieces = {};
  bool last = false;                    // the message ends with them
  const FieldList* trailers = nullptr;  // only with `last`; null: none

  std::size_t bytes() const;
};

// Pieces of payload found by a reader, for one BodyPart. A Gather has room for them and for what frames them.
class Pieces {
 public:
  static constexpr std::size_t kCapacity = Gather::kCapacity - 8;

  void add(std::string_view piece) { pieces_[count_++] = piece; }
  bool full() const { return count_ == kCapacity; }
  std::span<const std::string_view> all() const { return {pieces_.data(), count_}; }

 private:
  std::array<std::string_view, kCapacity> pieces_;
  std::size_t count_ = 0;
};

// Reads the lines of a trailer section into those fields that may be passed on. False: it is malformed.
bool parse_trailers(std::string_view lines, FieldList& fields);

// Reads chunked coding strictly: CR LF only, bounded chunk extensions, which are dropped, and bounded trailers.
class ChunkedReader {
 public:
  // Takes framing and at most one piece of payload off `input`, which is returned.
  std::string_view next(std::string_view& input);
  bool done() const { return state_ == State::Done; }
  bool malformed() const { return state_ == State::Malformed; }
  // Once done: those that may be passed on; null when there are none.
  const FieldList* trailers() const { return trailers_ ? &trailers_->fields : nullptr; }

 private:
  enum class State : std::uint8_t {
    SizeFirst,
    Size,
    BeforeExtension,
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
  struct Trailers {
    std::string lines;
    FieldList fields;  // views into `lines`
  };

  void take(char c);
  void take_size(char c);
  void take_overhead(State next);
  void take_trailer(char c);
  void finish();

  State state_ = State::SizeFirst;
  std::uint64_t left_ = 0;      // of the chunk
  std::uint32_t overhead_ = 0;  // bytes of extensions and trailers so far
  std::unique_ptr<Trailers> trailers_;
};

// Finds the payload of a body in what is received.
class BodyReader {
 public:
  BodyReader() = default;
  explicit BodyReader(BodyFraming framing) : framing_(framing) {}

  // Takes at most one piece of payload off `input`. An empty piece: `input` is used up or the body is done or
  // malformed. What follows the body stays in `input`.
  std::string_view next(std::string_view& input);
  // Takes as many pieces as `pieces` has room for.
  void read(std::string_view& input, Pieces& pieces);
  bool done() const;
  bool malformed() const { return framing_.kind == Framing::Chunked && chunks_.malformed(); }
  // The peer closed: whether that is a proper end.
  bool may_end_here() const { return done() || framing_.kind == Framing::UntilClose; }
  // Once done; null when there are none.
  const FieldList* trailers() const { return chunks_.trailers(); }

 private:
  BodyFraming framing_;
  ChunkedReader chunks_;
};

// Adds payload to a Gather, as one chunk where the receiver wants chunks. Must outlive the sending of the Gather.
class BodyWriter {
 public:
  explicit BodyWriter(bool chunked = false) : chunked_(chunked) {}

  bool chunked() const { return chunked_; }
  void add(const BodyPart& part, Gather& out);

 private:
  void open_chunk(std::size_t payload, Gather& out);
  void finish(const FieldList* trailers, Gather& out);

  bool chunked_;
  std::array<char, 24> size_line_{};
  std::string trailers_;
};

}  // namespace penstock::router
