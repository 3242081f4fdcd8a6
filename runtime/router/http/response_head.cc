#include "runtime/router/http/response_head.h"

#include "runtime/router/http/hop_by_hop.h"

#include <charconv>

namespace penstock::router {
namespace {

constexpr std::size_t kLongestHead = std::size_t{64} << 10;

bool parse_status_line(std::string_view line, ResponseHead& head, ResponseFraming& framing) {
  if (!line.starts_with("HTTP/1.") || line.size() < 12 || line[8] != ' ') return false;
  if (line[7] != '0' && line[7] != '1') return false;
  framing.keep_alive = line[7] == '1';
  const auto [end, error] = std::from_chars(line.data() + 9, line.data() + 12, head.status);
  if (error != std::errc() || end != line.data() + 12 || head.status < 100 || head.status > 999) return false;
  head.reason = line.size() > 12 ? line.substr(13) : std::string_view();
  return (line.size() == 12 || line[12] == ' ') && is_field_value(head.reason);
}

bool parse_length(std::string_view value, ResponseHead& head) {
  std::uint64_t length = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), length);
  if (value.empty() || value.size() > 18 || error != std::errc() || end != value.data() + value.size()) return false;
  if (head.length && *head.length != length) return false;
  head.length = length;
  return true;
}

bool apply_fields(ResponseHead& head, ResponseFraming& framing) {
  const bool persistent = framing.keep_alive;
  head.length.reset();
  bool chunked = false;
  for (const Field& field : head.fields.all()) {
    if (field.known == FieldName::ContentLength) {
      if (!parse_length(field.value, head)) return false;
    } else if (field.known == FieldName::TransferEncoding) {
      if (chunked || !equal_ignoring_case(field.value, "chunked")) return false;
      chunked = true;
    } else if (field.known == FieldName::Connection) {
      if (list_contains(field.value, "close")) framing.keep_alive = false;
      if (!persistent && list_contains(field.value, "keep-alive")) framing.keep_alive = true;
    }
  }
  if (chunked && head.length) return false;
  framing.body = {.kind = chunked ? Framing::Chunked : Framing::UntilClose};
  if (head.length) framing.body = {.kind = Framing::Length, .length = *head.length};
  head.fields.remove(FieldName::ContentLength);
  return true;
}

}  // namespace

ResponseParse parse_response_head(std::string_view& bytes, bool to_head, ResponseHead& head, ResponseFraming& framing) {
  const std::size_t end = bytes.find("\r\n\r\n");
  if (end == std::string_view::npos) {
    return bytes.size() > kLongestHead ? ResponseParse::Malformed : ResponseParse::Incomplete;
  }
  const std::string_view lines = bytes.substr(0, end + 2);
  const std::size_t first = lines.find("\r\n");
  if (!parse_status_line(lines.substr(0, first), head, framing)) return ResponseParse::Malformed;
  if (parse_fields(lines.substr(first + 2), head.fields) != FieldsResult::Complete) return ResponseParse::Malformed;
  if (!apply_fields(head, framing)) return ResponseParse::Malformed;
  remove_hop_by_hop(head.fields);
  bytes.remove_prefix(end + 4);
  if (to_head || head.bodiless()) framing.body = {};
  if (framing.body.kind == Framing::UntilClose) framing.keep_alive = false;
  return ResponseParse::Complete;
}

}  // namespace penstock::router
