#include "runtime/router/upstream/fastcgi_codec.h"

#include "base/log.h"
#include "runtime/router/http/hop_by_hop.h"
#include "runtime/router/upstream/fastcgi_request.h"

#include <algorithm>
#include <charconv>

namespace penstock::router {
namespace {

using fastcgi::RecordType;

constexpr std::size_t kLongestResponseHead = std::size_t{64} << 10;
constexpr std::size_t kMostErrors = 1024;
constexpr std::size_t kOutcomeSize = 8;
constexpr std::size_t kOutcomeStatus = 4;  // where in it the status of the protocol is

std::string_view text(const fastcgi::RecordHeader& header) {
  return {header.data(), header.size()};
}

// Where the empty line ends that ends a head, in what may have come in pieces; npos: not yet.
std::size_t end_of_head(std::string_view head, std::size_t searched) {
  for (std::size_t at = head.find('\n', searched > 3 ? searched - 3 : 0); at != std::string_view::npos;
       at = head.find('\n', at + 1)) {
    const std::string_view rest = head.substr(at + 1, 2);
    if (rest.starts_with('\n')) return at + 2;
    if (rest == "\r\n") return at + 3;
  }
  return std::string_view::npos;
}

// CGI allows lines to end with LF alone.
void end_lines_with_crlf(std::string& lines) {
  for (std::size_t at = lines.find('\n'); at != std::string::npos; at = lines.find('\n', at + 1)) {
    if (at == 0 || lines[at - 1] != '\r') lines.insert(at++, 1, '\r');
  }
}

bool read_status(std::string_view value, ResponseHead& head) {
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), head.status);
  if (error != std::errc() || end != value.data() + 3 || head.status < 200 || head.status > 599) return false;
  head.reason = value.size() > 4 ? value.substr(4) : std::string_view();
  return value.size() == 3 || value[3] == ' ';
}

bool read_length(std::string_view value, ResponseHead& head) {
  std::uint64_t length = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), length);
  if (value.empty() || value.size() > 18 || error != std::errc() || end != value.data() + value.size()) return false;
  head.length = length;
  return true;
}

bool is_status(const Field& field) {
  return equal_ignoring_case(field.name, "status");
}

bool apply_fields(ResponseHead& head) {
  const bool redirects = !head.fields.find(FieldName::Location).empty();
  head.status = redirects ? 302 : 200;
  for (const Field& field : head.fields.all()) {
    if (is_status(field) && !read_status(field.value, head)) return false;
    if (field.known == FieldName::ContentLength && !read_length(field.value, head)) return false;
  }
  head.fields.remove_if([](const Field& field) { return is_status(field) || field.known == FieldName::ContentLength; });
  remove_hop_by_hop(head.fields);
  return true;
}

}  // namespace

FastCgiCodec::~FastCgiCodec() {
  if (errors_.empty()) return;
  std::replace_if(
      errors_.begin(), errors_.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, ' ');
  log_of("router")->warn("{} said: {}", script_.file, errors_);
}

void FastCgiCodec::encode_head(const RequestHead& request, const Origin& origin, std::string& out) {
  fastcgi::write_request(request, origin, script_, out);
  end_ = fastcgi::record_header(RecordType::Stdin, 0);
}

void FastCgiCodec::encode_body(const BodyPart& part, Gather& out) {
  const std::size_t size = part.bytes();
  if (size > fastcgi::kMostContent) {
    fastcgi::copy_stream(RecordType::Stdin, part.pieces, copied_);
    out.add(copied_);
  } else if (size > 0) {
    record_ = fastcgi::record_header(RecordType::Stdin, size);
    out.add(text(record_));
    for (const std::string_view piece : part.pieces) out.add(piece);
  }
  if (part.last) out.add(text(end_));
}

UpstreamCodec::HeadResult FastCgiCodec::decode_head(std::string_view& bytes, ResponseHead& head) {
  while (const auto piece = reader_.next(bytes)) {
    if (piece->type != RecordType::Stdout) {
      take_other(*piece);
      if (!outcome_.empty()) return HeadResult::Malformed;
      continue;
    }
    const std::size_t before = head_.size();
    head_.append(piece->content);
    const std::size_t end = end_of_head(head_, before);
    if (end == std::string::npos && head_.size() > kLongestResponseHead) return HeadResult::Malformed;
    if (end == std::string::npos) continue;
    const std::size_t beyond = head_.size() - end;
    reader_.put_back(beyond);
    bytes = {piece->content.data() + piece->content.size() - beyond, beyond + bytes.size()};
    head_.resize(end);
    return read_head(head);
  }
  return reader_.malformed() ? HeadResult::Malformed : HeadResult::Incomplete;
}

UpstreamCodec::HeadResult FastCgiCodec::read_head(ResponseHead& head) {
  end_lines_with_crlf(head_);
  head.reason = {};
  head.length.reset();
  const std::string_view lines = std::string_view(head_).substr(0, head_.size() - 2);
  const bool valid = parse_fields(lines, head.fields) == FieldsResult::Complete && apply_fields(head);
  return valid ? HeadResult::Complete : HeadResult::Malformed;
}

UpstreamCodec::BodyResult FastCgiCodec::decode_body(std::string_view& bytes, Pieces& pieces) {
  while (!pieces.full()) {
    const auto piece = reader_.next(bytes);
    if (!piece) return reader_.malformed() ? BodyResult::Malformed : BodyResult::More;
    if (piece->type == RecordType::Stdout) {
      pieces.add(piece->content);
      continue;
    }
    take_other(*piece);
    if (outcome_.size() < kOutcomeSize) continue;
    return outcome_[kOutcomeStatus] == 0 ? BodyResult::Done : BodyResult::Malformed;
  }
  return BodyResult::More;
}

void FastCgiCodec::take_other(const fastcgi::RecordReader::Piece& piece) {
  if (piece.type == RecordType::EndRequest) outcome_.append(piece.content.substr(0, kOutcomeSize));
  if (piece.type == RecordType::Stderr) errors_.append(piece.content.substr(0, kMostErrors - errors_.size()));
}

}  // namespace penstock::router
