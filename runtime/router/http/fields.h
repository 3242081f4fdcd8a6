// Header fields of HTTP/1.1 (RFC 9110 section 5, RFC 9112 section 5), as views into the bytes they came in.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace penstock::router {

// The fields a router looks at; '_' in a name counts as '-', as it does for applications behind CGI-like interfaces.
enum class FieldName : std::uint8_t {
  Other,
  Accept,
  AcceptEncoding,
  Age,
  Authorization,
  CacheControl,
  Connection,
  ContentEncoding,
  ContentLength,
  ContentRange,
  ContentType,
  Cookie,
  Date,
  ETag,
  Expect,
  Expires,
  Forwarded,
  Host,
  Http2Settings,
  IfMatch,
  IfModifiedSince,
  IfNoneMatch,
  IfRange,
  IfUnmodifiedSince,
  KeepAlive,
  LastModified,
  ProxyConnection,
  Range,
  SetCookie,
  Te,
  Trailer,
  TransferEncoding,
  Upgrade,
  Vary,
  XClientIp,
  XClientSsl,
  XForwardedFor,
  XForwardedHost,
  XForwardedPort,
  XForwardedProto,
  XOriginalRoute,
  XRealIp,
  XRobotsTag,
};

FieldName field_name(std::string_view name);

struct Field {
  std::string_view name;
  std::string_view value;
  FieldName known = FieldName::Other;
};

class FieldList {
 public:
  static constexpr std::size_t kCapacity = 100;

  void clear() { count_ = 0; }
  bool full() const { return count_ == kCapacity; }
  void add(const Field& field) { fields_[count_++] = field; }
  std::span<const Field> all() const { return {fields_.data(), count_}; }
  // The first of that name; empty when there is none.
  std::string_view find(FieldName name) const;

 private:
  std::array<Field, kCapacity> fields_;
  std::size_t count_ = 0;
};

enum class FieldsResult { Complete, Malformed, TooMany };

// Reads the lines of a header section, each ended by CR LF, without the empty line that ends it. No folding, no bare CR
// or LF, no space before the colon.
FieldsResult parse_fields(std::string_view lines, FieldList& fields);

bool equal_ignoring_case(std::string_view a, std::string_view b);
bool is_token(std::string_view text);
// Whether the comma-separated `list` holds `token`, in any case.
bool list_contains(std::string_view list, std::string_view token);
// Takes the next element off a comma-separated list.
std::string_view next_element(std::string_view& list);

}  // namespace penstock::router
