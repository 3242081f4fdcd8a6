// Header fields of HTTP/1.1 (RFC 9110 section 5, RFC 9112 section 5), as views into the bytes they came in.
#pragma once

#include <algorithm>
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
  Location,
  NamedByConnection,  // hop-by-hop because a Connection field says so
  ProxyConnection,
  Range,
  Referer,
  SetCookie,
  StrictTransportSecurity,
  Te,
  Trailer,
  TransferEncoding,
  Upgrade,
  UserAgent,
  Vary,
  Via,
  XClientCert,
  XClientIp,
  XClientSsl,
  XClientVerify,
  XForwardedFor,
  XForwardedHost,
  XForwardedPort,
  XForwardedProto,
  XOriginalRoute,
  XPlatformCache,
  XPlatformCluster,
  XPlatformProcessor,
  XPlatformRouter,
  XRealIp,
  XRequestId,
  XRobotsTag,
};

FieldName field_name(std::string_view name);
// Only the router may say this to an application.
bool is_said_by_router(FieldName name);

struct Field {
  std::string_view name;
  std::string_view value;
  FieldName known = FieldName::Other;
};

class FieldList {
 public:
  static constexpr std::size_t kMostReceived = 100;
  static constexpr std::size_t kCapacity = kMostReceived + 28;  // with what the router adds itself

  void clear() { count_ = 0; }
  std::size_t size() const { return count_; }
  bool full() const { return count_ == kCapacity; }
  // Unless it is full.
  void add(const Field& field) {
    if (!full()) fields_[count_++] = field;
  }
  void add(std::string_view name, std::string_view value) { add({name, value, field_name(name)}); }
  template <typename Predicate>
  void remove_if(Predicate predicate) {
    const auto begin = fields_.begin();
    count_ =
        static_cast<std::size_t>(std::remove_if(begin, begin + static_cast<std::ptrdiff_t>(count_), predicate) - begin);
  }
  void remove(FieldName name) {
    remove_if([name](const Field& field) { return field.known == name; });
  }
  std::span<const Field> all() const { return {fields_.data(), count_}; }
  std::span<Field> all() { return {fields_.data(), count_}; }
  // The first of that name; empty when there is none.
  std::string_view find(FieldName name) const;

 private:
  std::array<Field, kCapacity> fields_;
  std::size_t count_ = 0;
};

enum class FieldsResult { Complete, Malformed, TooMany };

// Reads the lines of a header section, each ended by CR LF, without the empty line that ends it. No folding, no bare CR
// or LF, no space before the colon, no '_' in the name of a field that says where the body ends.
FieldsResult parse_fields(std::string_view lines, FieldList& fields);

bool equal_ignoring_case(std::string_view a, std::string_view b);
bool is_token(std::string_view text);
// No control characters but tabs.
bool is_field_value(std::string_view text);
// Whether the comma-separated `list` holds `token`, in any case.
bool list_contains(std::string_view list, std::string_view token);
// Takes the next element off a comma-separated list.
std::string_view next_element(std::string_view& list);
std::string_view last_element(std::string_view list);

}  // namespace penstock::router
