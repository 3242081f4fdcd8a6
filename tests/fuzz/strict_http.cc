#include "fuzz/strict_http.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace penstock::fuzz {
namespace {

bool is_token(std::string_view text) {
  constexpr std::string_view allowed = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  return !text.empty() && text.find_first_not_of(allowed) == std::string_view::npos;
}

bool is_text(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](unsigned char c) { return c == '\t' || (c >= 0x20 && c != 0x7f); });
}

bool is_number(std::string_view text, std::string_view digits) {
  return !text.empty() && text.size() <= 18 && text.find_first_not_of(digits) == std::string_view::npos;
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return result;
}

std::string_view take_line(std::string_view& bytes) {
  const std::string_view line = bytes.substr(0, bytes.find("\r\n"));
  bytes.remove_prefix(line.size() + 2);
  return line;
}

StrictHead::Fields take_fields(std::string_view lines) {
  StrictHead::Fields fields;
  while (!lines.empty()) {
    const std::string_view line = take_line(lines);
    const std::size_t colon = line.find(':');
    require(colon != std::string_view::npos && is_token(line.substr(0, colon)), "a field has a name", line);
    std::string_view value = line.substr(colon + 1);
    if (value.starts_with(' ')) value.remove_prefix(1);
    require(is_text(value), "a field is printable", line);
    fields.emplace_back(lower(line.substr(0, colon)), value);
  }
  return fields;
}

// False: not all of them are there.
bool take_trailers(std::string_view& bytes) {
  if (bytes.starts_with("\r\n")) {
    bytes.remove_prefix(2);
    return true;
  }
  const std::size_t end = bytes.find("\r\n\r\n");
  if (end == std::string_view::npos) return false;
  for (const auto& [name, value] : take_fields(bytes.substr(0, end + 2))) {
    require(name != "content-length" && name != "transfer-encoding" && name != "host", "no framing late", name);
  }
  bytes.remove_prefix(end + 4);
  return true;
}

void take_framing(StrictHead& head) {
  require(head.count("content-length") + head.count("transfer-encoding") <= 1, "one framing", head.start);
  for (const auto& [name, value] : head.fields) {
    const std::string dashed = [&, &spelled = name] {
      std::string text = spelled;
      std::replace(text.begin(), text.end(), '_', '-');
      return text;
    }();
    require(dashed == name || (dashed != "content-length" && dashed != "transfer-encoding"), "no alias of framing",
            name);
    if (name == "transfer-encoding") {
      require(value == "chunked", "only chunked", value);
      head.chunked = true;
    } else if (name == "content-length") {
      require(is_number(value, "0123456789"), "a length is a number", value);
      head.length = std::stoull(value);
    }
  }
}

}  // namespace

void require(bool kept, const char* rule, std::string_view bytes) {
  if (kept) return;
  std::fprintf(stderr, "broken: %s\n%.*s\n", rule, static_cast<int>(std::min<std::size_t>(bytes.size(), 2000)),
               bytes.data());
  std::abort();
}

std::size_t StrictHead::count(std::string_view name) const {
  return static_cast<std::size_t>(
      std::count_if(fields.begin(), fields.end(), [&](const auto& field) { return field.first == name; }));
}

std::optional<StrictHead> take_head(std::string_view& bytes) {
  const std::size_t end = bytes.find("\r\n\r\n");
  if (end == std::string_view::npos) return std::nullopt;
  std::string_view lines = bytes.substr(0, end + 2);
  StrictHead head;
  head.start = take_line(lines);
  require(is_text(head.start), "a start line is printable", head.start);
  head.fields = take_fields(lines);
  take_framing(head);
  bytes.remove_prefix(end + 4);
  return head;
}

void require_request(const StrictHead& head) {
  const std::size_t first = head.start.find(' ');
  const std::size_t last = head.start.rfind(' ');
  require(first != std::string::npos && std::count(head.start.begin(), head.start.end(), ' ') == 2, "three words",
          head.start);
  require(is_token(head.start.substr(0, first)), "a method is a token", head.start);
  const std::string target = head.start.substr(first + 1, last - first - 1);
  require(target == "*" || target.starts_with('/'), "a target is a path", head.start);
  require(head.start.substr(last) == " HTTP/1.1", "a version", head.start);
  require(head.count("host") == 1, "one host", head.start);
}

int status_of(const StrictHead& head) {
  require(head.start.starts_with("HTTP/1.1 ") && head.start.size() >= 12, "a status line", head.start);
  const std::string digits = head.start.substr(9, 3);
  require(is_number(digits, "0123456789"), "a status is a number", head.start);
  return std::stoi(digits);
}

std::optional<std::string> take_body(const StrictHead& head, std::string_view& bytes) {
  if (!head.chunked) {
    const std::uint64_t length = head.length.value_or(0);
    if (bytes.size() < length) return std::nullopt;
    std::string body(bytes.substr(0, length));
    bytes.remove_prefix(length);
    return body;
  }
  std::string body;
  for (std::string_view rest = bytes; rest.find("\r\n") != std::string_view::npos;) {
    const std::string_view line = take_line(rest);
    require(is_number(line, "0123456789abcdefABCDEF"), "the size of a chunk", line);
    const std::size_t size = std::stoull(std::string(line), nullptr, 16);
    if (size == 0) {
      if (!take_trailers(rest)) return std::nullopt;
      bytes = rest;
      return body;
    }
    if (rest.size() < size + 2) return std::nullopt;
    body.append(rest.substr(0, size));
    require(rest.substr(size, 2) == "\r\n", "the end of a chunk", rest.substr(size));
    rest.remove_prefix(size + 2);
  }
  return std::nullopt;
}

}  // namespace penstock::fuzz
