#include "runtime/router/http/request_head.h"

#include "runtime/router/http/hop_by_hop.h"

#include <algorithm>
#include <charconv>

namespace penstock::router {
namespace {

constexpr int kBadRequest = 400;

std::string_view without_leading_empty_lines(std::string_view bytes) {
  while (bytes.starts_with("\r\n")) bytes.remove_prefix(2);
  return bytes;
}

int parse_version(std::string_view text, RequestHead& head) {
  if (text == "HTTP/1.1") {
    head.minor_version = 1;
  } else if (text == "HTTP/1.0") {
    head.minor_version = 0;
  } else {
    return text.starts_with("HTTP/") ? 505 : kBadRequest;
  }
  return 0;
}

bool allowed_in_target(char c) {
  return static_cast<unsigned char>(c) > 0x20 && c != 0x7f && c != '#' && c >= 0;
}

void split_path(std::string_view text, RequestHead& head) {
  const std::size_t question = std::min(text.find('?'), text.size());
  head.path = text.substr(0, question);
  head.query = text.substr(question);
  if (head.path.empty()) head.path = "/";
}

int parse_target(RequestHead& head) {
  const std::string_view target = head.target;
  if (target.empty() || !std::all_of(target.begin(), target.end(), allowed_in_target)) return kBadRequest;
  head.authority = {};
  if (target.front() == '/' || (target == "*" && head.method == "OPTIONS")) {
    split_path(target, head);
    return 0;
  }
  if (head.method == "CONNECT") return 405;
  const std::size_t scheme = target.find("://");
  if (scheme == std::string_view::npos) return kBadRequest;
  const std::string_view name = target.substr(0, scheme);
  if (!equal_ignoring_case(name, "http") && !equal_ignoring_case(name, "https")) return kBadRequest;
  const std::string_view rest = target.substr(scheme + 3);
  const std::size_t end = std::min(rest.find_first_of("/?"), rest.size());
  head.authority = rest.substr(0, end);
  if (head.authority.empty()) return kBadRequest;
  split_path(rest.substr(end), head);
  return head.path.front() == '/' ? 0 : kBadRequest;
}

int parse_request_line(std::string_view line, RequestHead& head) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return kBadRequest;
  head.method = line.substr(0, first);
  head.target = line.substr(first + 1, last - first - 1);
  if (!is_token(head.method)) return kBadRequest;
  if (const int status = parse_version(line.substr(last + 1), head)) return status;
  return parse_target(head);
}

bool valid_authority(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("-._~:[]%!$&'()*+,;=").find(c) != std::string_view::npos;
  });
}

int apply_length(std::string_view value, RequestHead& head) {
  if (head.body.kind != Framing::None || value.empty() || value.size() > 18) return kBadRequest;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), head.body.length);
  if (error != std::errc() || end != value.data() + value.size()) return kBadRequest;
  head.body.kind = Framing::Length;
  return 0;
}

int apply_transfer_encoding(std::string_view value, RequestHead& head) {
  if (head.body.kind != Framing::None || head.minor_version == 0) return kBadRequest;
  if (!equal_ignoring_case(value, "chunked")) return list_contains(value, "chunked") ? kBadRequest : 501;
  head.body.kind = Framing::Chunked;
  return 0;
}

int apply_expect(std::string_view value, RequestHead& head) {
  if (!equal_ignoring_case(value, "100-continue")) return 417;
  head.expects_continue = head.minor_version >= 1;
  return 0;
}

struct FieldSummary {
  int hosts = 0;
  bool close = false;
  bool keep_alive = false;
  bool upgrade = false;
  bool websocket = false;
};

int apply_field(const Field& field, FieldSummary& seen, RequestHead& head) {
  switch (field.known) {
    case FieldName::ContentLength:
      return apply_length(field.value, head);
    case FieldName::TransferEncoding:
      return apply_transfer_encoding(field.value, head);
    case FieldName::Expect:
      return apply_expect(field.value, head);
    case FieldName::Host:
      ++seen.hosts;
      if (head.authority.empty()) head.authority = field.value;
      return valid_authority(field.value) ? 0 : kBadRequest;
    case FieldName::Connection:
      seen.close |= list_contains(field.value, "close");
      seen.keep_alive |= list_contains(field.value, "keep-alive");
      seen.upgrade |= list_contains(field.value, "upgrade");
      return 0;
    case FieldName::Upgrade:
      seen.websocket |= equal_ignoring_case(field.value, "websocket");
      return 0;
    default:
      return 0;
  }
}

int apply_fields(RequestHead& head) {
  head.body = {};
  head.expects_continue = false;
  FieldSummary seen;
  for (const Field& field : head.fields.all()) {
    if (const int status = apply_field(field, seen, head)) return status;
  }
  if (seen.hosts > 1 || (seen.hosts == 0 && head.minor_version >= 1)) return kBadRequest;
  if (!valid_authority(head.authority)) return kBadRequest;
  head.keep_alive = !seen.close && (head.minor_version >= 1 || seen.keep_alive);
  head.wants_websocket =
      seen.upgrade && seen.websocket && head.minor_version >= 1 && head.is_get() && head.body.empty();
  remove_hop_by_hop(head.fields);
  return 0;
}

}  // namespace

bool RequestHead::idempotent() const {
  return method == "GET" || method == "HEAD" || method == "PUT" || method == "DELETE" || method == "OPTIONS" ||
         method == "TRACE";
}

std::string_view RequestHead::host() const {
  if (authority.starts_with('[')) return authority.substr(0, authority.find(']') + 1);
  return authority.substr(0, authority.find(':'));
}

HeadExtent find_request_head(std::string_view bytes, std::size_t searched) {
  const std::string_view started = without_leading_empty_lines(bytes);
  const std::size_t skipped = bytes.size() - started.size();
  const std::size_t from = searched > skipped + 3 ? searched - skipped - 3 : 0;
  const std::size_t end = started.find("\r\n\r\n", from);
  const std::size_t line = started.substr(0, kLongestRequestLine + 2).find('\n');
  if (line == std::string_view::npos && started.size() > kLongestRequestLine) return {.refusal = 414};
  if (end == std::string_view::npos) return {.refusal = bytes.size() >= kLongestHead ? 431 : 0};
  const std::size_t length = skipped + end + 4;
  return {.length = length, .refusal = length > kLongestHead ? 431 : 0};
}

int parse_request_head(std::string_view bytes, RequestHead& head) {
  bytes = without_leading_empty_lines(bytes);
  bytes.remove_suffix(2);
  const std::size_t end = bytes.find("\r\n");
  if (const int status = parse_request_line(bytes.substr(0, end), head)) return status;
  switch (parse_fields(bytes.substr(end + 2), head.fields)) {
    case FieldsResult::Malformed:
      return kBadRequest;
    case FieldsResult::TooMany:
      return 431;
    case FieldsResult::Complete:
      break;
  }
  return apply_fields(head);
}

}  // namespace penstock::router
