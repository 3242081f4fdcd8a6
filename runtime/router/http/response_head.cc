#include "runtime/router/http/response_head.h"

#include <charconv>

namespace penstock::router {
namespace {

constexpr std::size_t kLongestHead = std::size_t{64} << 10;

bool parse_status_line(std::string_view line, ResponseHead& head) {
  if (!line.starts_with("HTTP/1.") || line.size() < 12 || line[8] != ' ') return false;
  if (line[7] != '0' && line[7] != '1') return false;
  head.keep_alive = line[7] == '1';
  head.status_text = line.substr(9);
  const auto [end, error] = std::from_chars(line.data() + 9, line.data() + 12, head.status);
  if (error != std::errc() || end != line.data() + 12 || head.status < 100 || head.status > 999) return false;
  return line.size() == 12 || line[12] == ' ';
}

bool parse_length(std::string_view value, BodyFraming& body) {
  std::uint64_t length = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), length);
  if (value.empty() || value.size() > 18 || error != std::errc() || end != value.data() + value.size()) return false;
  if (body.kind == Framing::Chunked || (body.kind == Framing::Length && body.length != length)) return false;
  body = {.kind = Framing::Length, .length = length};
  return true;
}

bool apply_fields(ResponseHead& head) {
  head.body = {};
  const bool persistent = head.keep_alive;
  for (const Field& field : head.fields.all()) {
    if (field.known == FieldName::ContentLength) {
      if (!parse_length(field.value, head.body)) return false;
    } else if (field.known == FieldName::TransferEncoding) {
      if (head.body.kind != Framing::None || !equal_ignoring_case(field.value, "chunked")) return false;
      head.body.kind = Framing::Chunked;
    } else if (field.known == FieldName::Connection) {
      if (list_contains(field.value, "close")) head.keep_alive = false;
      if (!persistent && list_contains(field.value, "keep-alive")) head.keep_alive = true;
    }
  }
  return true;
}

}  // namespace

ResponseParse parse_response_head(std::string_view& bytes, bool to_head, ResponseHead& head) {
  const std::size_t end = bytes.find("\r\n\r\n");
  if (end == std::string_view::npos) {
    return bytes.size() > kLongestHead ? ResponseParse::Malformed : ResponseParse::Incomplete;
  }
  const std::string_view lines = bytes.substr(0, end + 2);
  const std::size_t first = lines.find("\r\n");
  if (!parse_status_line(lines.substr(0, first), head)) return ResponseParse::Malformed;
  if (parse_fields(lines.substr(first + 2), head.fields) != FieldsResult::Complete) return ResponseParse::Malformed;
  if (!apply_fields(head)) return ResponseParse::Malformed;
  bytes.remove_prefix(end + 4);
  if (to_head || head.status < 200 || head.status == 204 || head.status == 304) {
    head.body = {};
  } else if (head.body.kind == Framing::None) {
    head.body.kind = Framing::UntilClose;
  }
  if (head.body.kind == Framing::UntilClose) head.keep_alive = false;
  return ResponseParse::Complete;
}

}  // namespace penstock::router
