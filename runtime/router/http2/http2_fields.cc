#include "runtime/router/http2/http2_fields.h"

#include <charconv>

namespace penstock::router {
namespace {

constexpr int kSwitchingProtocols = 101;

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

std::size_t bytes_of_names(const FieldList& fields) {
  std::size_t sum = 0;
  for (const Field& field : fields.all()) sum += field.name.size();
  return sum;
}

}  // namespace

Http2Fields::Http2Fields(const FieldList& trailers) {
  add_all(trailers, false);
}

Http2Fields::Http2Fields(const ResponseHead& head, std::string_view date) {
  const int status = head.status == kSwitchingProtocols ? 200 : head.status;
  std::to_chars(status_.data(), status_.data() + status_.size(), status);
  add(":status", {status_.data(), status_.size()});
  add_all(head.fields, head.status == kSwitchingProtocols);
  if (head.interim()) return;
  if (head.fields.find(FieldName::Date).empty()) add("date", date);
  if (!head.length || head.status == 204) return;
  const char* const end = std::to_chars(length_.data(), length_.data() + length_.size(), *head.length).ptr;
  add("content-length", {length_.data(), static_cast<std::size_t>(end - length_.data())});
}

void Http2Fields::add_all(const FieldList& fields, bool of_websocket) {
  names_.resize(bytes_of_names(fields));
  char* at = names_.data();
  for (const Field& field : fields.all()) {
    if (of_websocket && equal_ignoring_case(field.name, "sec-websocket-accept")) continue;
    char* const name = at;
    for (const char c : field.name) *at++ = lower(c);
    add({name, field.name.size()}, field.value);
  }
}

void Http2Fields::add(std::string_view name, std::string_view value) {
  const auto bytes = [](std::string_view text) {
    return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
  };
  fields_[count_++] = {bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
}

}  // namespace penstock::router
