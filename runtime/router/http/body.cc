#include "runtime/router/http/body.h"

#include "runtime/router/http/hop_by_hop.h"

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

// What frames a message, says where it goes, who sends it or what may be done with it belongs in its head (RFC 9110
// section 6.5.1); and nothing that only the router may say arrives late.
bool belongs_in_head(FieldName name) {
  switch (name) {
    case FieldName::Authorization:
    case FieldName::CacheControl:
    case FieldName::ContentEncoding:
    case FieldName::ContentLength:
    case FieldName::ContentRange:
    case FieldName::ContentType:
    case FieldName::Cookie:
    case FieldName::Expect:
    case FieldName::Location:
    case FieldName::Range:
    case FieldName::SetCookie:
    case FieldName::Vary:
      return true;
    default:
      return is_hop_by_hop(name) || is_said_by_router(name);
  }
}

}  // namespace

std::size_t BodyPart::bytes() const {
  std::size_t sum = 0;
  for (const std::string_view piece : pieces) sum += piece.size();
  return sum;
}

bool parse_trailers(std::string_view lines, FieldList& fields) {
  if (parse_fields(lines, fields) != FieldsResult::Complete) return false;
  fields.remove_if([](const Field& field) { return belongs_in_head(field.known); });
  return true;
}

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
  } else if (state_ == State::Size && c == ';') {
    take_overhead(State::Extension);
  } else if (state_ == State::Size && (c == ' ' || c == '\t')) {
    take_overhead(State::BeforeExtension);
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
    case State::BeforeExtension:
      if (c == ' ' || c == '\t') return take_overhead(State::BeforeExtension);
      if (c == '\r') return expect('\r', State::SizeEnd);  // old servers pad their sizes
      return expect(';', State::Extension);
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
    case State::TrailerLf:
      return take_trailer(c);
    case State::LastLf:
      if (c != '\n') return expect('\n', State::Done);
      return finish();
    case State::Data:
    case State::Done:
    case State::Malformed:
      return;
  }
}

void ChunkedReader::take_trailer(char c) {
  if (!trailers_) trailers_ = std::make_unique<Trailers>();
  trailers_->lines.push_back(c);
  if (state_ == State::TrailerLf) {
    state_ = c == '\n' ? State::TrailerStart : State::Malformed;
  } else if (printable(c)) {
    take_overhead(State::Trailer);
  } else {
    state_ = c == '\r' ? State::TrailerLf : State::Malformed;
  }
}

void ChunkedReader::finish() {
  state_ = State::Done;
  if (trailers_ && !parse_trailers(trailers_->lines, trailers_->fields)) state_ = State::Malformed;
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

void BodyReader::read(std::string_view& input, Pieces& pieces) {
  while (!pieces.full()) {
    const std::string_view piece = next(input);
    if (piece.empty()) return;
    pieces.add(piece);
  }
}

bool BodyReader::done() const {
  return framing_.kind == Framing::Chunked ? chunks_.done() : framing_.empty();
}

void BodyWriter::add(const BodyPart& part, Gather& out) {
  const std::size_t payload = part.bytes();
  if (payload > 0) {
    if (chunked_) open_chunk(payload, out);
    for (const std::string_view piece : part.pieces) out.add(piece);
    if (chunked_) out.add("\r\n");
  }
  if (part.last && chunked_) finish(part.trailers, out);
}

void BodyWriter::open_chunk(std::size_t payload, Gather& out) {
  const auto end = std::to_chars(size_line_.data(), size_line_.data() + size_line_.size() - 2, payload, 16).ptr;
  end[0] = '\r';
  end[1] = '\n';
  out.add({size_line_.data(), static_cast<std::size_t>(end + 2 - size_line_.data())});
}

void BodyWriter::finish(const FieldList* trailers, Gather& out) {
  if (trailers == nullptr) return out.add("0\r\n\r\n");
  trailers_ = "0\r\n";
  for (const Field& field : trailers->all()) {
    trailers_.append(field.name).append(": ").append(field.value).append("\r\n");
  }
  trailers_ += "\r\n";
  out.add(trailers_);
}

}  // namespace penstock::router
