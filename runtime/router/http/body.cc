#include "runtime/router/http/body.h"

#include <algorithm>
#include <charconv>

namespace penstock::router {
namespace {

constexpr std::uint32_t kMostOverhead = 16U << 10;
constexpr std::uint64_t kLargestChunk = std::uint64_t{1} << 60;

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool printable(char c) {
  return c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
}

}  // namespace

std::string_view ChunkedReader::next(std::string_view& input) {
  while (!input.empty() && !done() && !malformed()) {
    if (state_ == State::Data) {
      const std::string_view piece = input.substr(0, std::min<std::uint64_t>(left_, input.size()));
      input.remove_prefix(piece.size());
      left_ -= piece.size();
      if (left_ == 0) state_ = State::DataCr;
      return piece;
    }
    take(input.front());
    input.remove_prefix(1);
  }
  return {};
}

void ChunkedReader::take_size(char c) {
  const int digit = digit_of(c);
  if (digit >= 0 && left_ < kLargestChunk / 16) {
    left_ = left_ * 16 + static_cast<std::uint64_t>(digit);
    state_ = State::Size;
  } else if (digit < 0 && state_ == State::Size && (c == ';' || c == ' ' || c == '\t')) {
    take_overhead(State::Extension);
  } else if (state_ == State::Size && c == '\r') {
    state_ = State::SizeEnd;
  } else {
    state_ = State::Malformed;
  }
}

void ChunkedReader::take_overhead(State next) {
  state_ = ++overhead_ > kMostOverhead ? State::Malformed : next;
}

void ChunkedReader::take(char c) {
  const auto expect = [&](char wanted, State then) { state_ = c == wanted ? then : State::Malformed; };
  switch (state_) {
    case State::SizeFirst:
    case State::Size:
      return take_size(c);
    case State::Extension:
      if (printable(c)) return take_overhead(State::Extension);
      return expect('\r', State::SizeEnd);
    case State::SizeEnd:
      return expect('\n', left_ == 0 ? State::TrailerStart : State::Data);
    case State::DataCr:
      return expect('\r', State::DataLf);
    case State::DataLf:
      return expect('\n', State::SizeFirst);
    case State::TrailerStart:
      if (c == '\r') return expect('\r', State::LastLf);
      [[fallthrough]];
    case State::Trailer:
      if (printable(c)) return take_overhead(State::Trailer);
      return expect('\r', State::TrailerLf);
    case State::TrailerLf:
      return expect('\n', State::TrailerStart);
    case State::LastLf:
      return expect('\n', State::Done);
    case State::Data:
    case State::Done:
    case State::Malformed:
      return;
  }
}

std::string_view BodyReader::next(std::string_view& input) {
  if (framing_.kind == Framing::Chunked) return chunks_.next(input);
  if (framing_.kind == Framing::None) return {};
  std::string_view piece = input;
  if (framing_.kind == Framing::Length) {
    piece = input.substr(0, std::min<std::uint64_t>(framing_.length, input.size()));
    framing_.length -= piece.size();
  }
  input.remove_prefix(piece.size());
  return piece;
}

bool BodyReader::done() const {
  return framing_.kind == Framing::Chunked ? chunks_.done() : framing_.empty();
}

void BodyWriter::open_chunk(Gather& out, std::size_t payload) {
  if (!chunked_) return;
  const auto end = std::to_chars(size_line_.data(), size_line_.data() + size_line_.size() - 2, payload, 16).ptr;
  end[0] = '\r';
  end[1] = '\n';
  out.add({size_line_.data(), static_cast<std::size_t>(end + 2 - size_line_.data())});
}

void BodyWriter::close_chunk(Gather& out) const {
  if (chunked_) out.add("\r\n");
}

void BodyWriter::finish(Gather& out) const {
  if (chunked_) out.add("0\r\n\r\n");
}

}  // namespace penstock::router
