#include "runtime/router/http/fields.h"

#include <algorithm>
#include <utility>

namespace penstock::router {
namespace {

constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

using CharacterSet = std::array<bool, 256>;

constexpr CharacterSet token_characters() {
  CharacterSet set{};
  for (int c = '0'; c <= '9'; ++c) set[static_cast<std::size_t>(c)] = true;
  for (int c = 'a'; c <= 'z'; ++c) set[static_cast<std::size_t>(c)] = true;
  for (int c = 'A'; c <= 'Z'; ++c) set[static_cast<std::size_t>(c)] = true;
  for (const char c : std::string_view("!#$%&'*+-.^_`|~")) set[static_cast<unsigned char>(c)] = true;
  return set;
}

constexpr CharacterSet value_characters() {
  CharacterSet set{};
  for (std::size_t c = 0x20; c < 256; ++c) set[c] = c != 0x7f;
  set['\t'] = true;
  return set;
}

constexpr CharacterSet kToken = token_characters();
constexpr CharacterSet kValue = value_characters();

bool all_in(const CharacterSet& set, std::string_view text) {
  return std::all_of(text.begin(), text.end(), [&](char c) { return set[static_cast<unsigned char>(c)]; });
}

using Known = std::pair<std::string_view, FieldName>;

constexpr auto kKnown = std::to_array<Known>({
    {"te", FieldName::Te},
    {"age", FieldName::Age},
    {"via", FieldName::Via},
    {"date", FieldName::Date},
    {"host", FieldName::Host},
    {"etag", FieldName::ETag},
    {"vary", FieldName::Vary},
    {"range", FieldName::Range},
    {"accept", FieldName::Accept},
    {"expect", FieldName::Expect},
    {"cookie", FieldName::Cookie},
    {"trailer", FieldName::Trailer},
    {"referer", FieldName::Referer},
    {"upgrade", FieldName::Upgrade},
    {"expires", FieldName::Expires},
    {"if-range", FieldName::IfRange},
    {"if-match", FieldName::IfMatch},
    {"location", FieldName::Location},
    {"forwarded", FieldName::Forwarded},
    {"x-real-ip", FieldName::XRealIp},
    {"connection", FieldName::Connection},
    {"keep-alive", FieldName::KeepAlive},
    {"user-agent", FieldName::UserAgent},
    {"set-cookie", FieldName::SetCookie},
    {"x-client-ip", FieldName::XClientIp},
    {"x-client-ssl", FieldName::XClientSsl},
    {"x-request-id", FieldName::XRequestId},
    {"x-robots-tag", FieldName::XRobotsTag},
    {"content-type", FieldName::ContentType},
    {"if-none-match", FieldName::IfNoneMatch},
    {"x-client-cert", FieldName::XClientCert},
    {"authorization", FieldName::Authorization},
    {"cache-control", FieldName::CacheControl},
    {"content-range", FieldName::ContentRange},
    {"last-modified", FieldName::LastModified},
    {"content-length", FieldName::ContentLength},
    {"http2-settings", FieldName::Http2Settings},
    {"x-client-verify", FieldName::XClientVerify},
    {"x-forwarded-for", FieldName::XForwardedFor},
    {"accept-encoding", FieldName::AcceptEncoding},
    {"x-forwarded-host", FieldName::XForwardedHost},
    {"proxy-connection", FieldName::ProxyConnection},
    {"x-platform-cache", FieldName::XPlatformCache},
    {"x-original-route", FieldName::XOriginalRoute},
    {"x-forwarded-port", FieldName::XForwardedPort},
    {"content-encoding", FieldName::ContentEncoding},
    {"if-modified-since", FieldName::IfModifiedSince},
    {"transfer-encoding", FieldName::TransferEncoding},
    {"x-platform-router", FieldName::XPlatformRouter},
    {"x-forwarded-proto", FieldName::XForwardedProto},
    {"x-platform-cluster", FieldName::XPlatformCluster},
    {"if-unmodified-since", FieldName::IfUnmodifiedSince},
    {"x-platform-processor", FieldName::XPlatformProcessor},
    {"strict-transport-security", FieldName::StrictTransportSecurity},
});

constexpr std::size_t kLongestKnown = 25;

// Where the names of each length begin in kKnown.
constexpr std::array<std::size_t, kLongestKnown + 2> first_of_length() {
  std::array<std::size_t, kLongestKnown + 2> first{};
  for (std::size_t length = 0; length < first.size(); ++length) {
    while (first[length] < kKnown.size() && kKnown[first[length]].first.size() < length) ++first[length];
  }
  return first;
}

constexpr auto kFirstOfLength = first_of_length();

bool same_name(std::string_view name, std::string_view known) {
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i] == '_' ? '-' : lower(name[i]);
    if (c != known[i]) return false;
  }
  return true;
}

// Some applications take "Content_Length" for the framing field, others do not.
bool misspells_framing(const Field& field) {
  const bool framing = field.known == FieldName::ContentLength || field.known == FieldName::TransferEncoding;
  return framing && field.name.find('_') != std::string_view::npos;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

}  // namespace

FieldName field_name(std::string_view name) {
  if (name.size() > kLongestKnown) return FieldName::Other;
  for (std::size_t i = kFirstOfLength[name.size()]; i < kFirstOfLength[name.size() + 1]; ++i) {
    if (same_name(name, kKnown[i].first)) return kKnown[i].second;
  }
  return FieldName::Other;
}

bool is_said_by_router(FieldName name) {
  switch (name) {
    case FieldName::Forwarded:
    case FieldName::Host:
    case FieldName::XClientCert:
    case FieldName::XClientIp:
    case FieldName::XClientSsl:
    case FieldName::XClientVerify:
    case FieldName::XForwardedFor:
    case FieldName::XForwardedHost:
    case FieldName::XForwardedPort:
    case FieldName::XForwardedProto:
    case FieldName::XOriginalRoute:
    case FieldName::XRealIp:
      return true;
    default:
      return false;
  }
}

std::string_view FieldList::find(FieldName name) const {
  for (const Field& field : all()) {
    if (field.known == name) return field.value;
  }
  return {};
}

FieldsResult parse_fields(std::string_view lines, FieldList& fields) {
  fields.clear();
  while (!lines.empty()) {
    const std::size_t end = lines.find('\n');
    if (end == std::string_view::npos || end == 0 || lines[end - 1] != '\r') return FieldsResult::Malformed;
    const std::string_view line = lines.substr(0, end - 1);
    lines.remove_prefix(end + 1);
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return FieldsResult::Malformed;
    const std::string_view name = line.substr(0, colon);
    const std::string_view value = trim(line.substr(colon + 1));
    if (!is_token(name) || !is_field_value(value)) return FieldsResult::Malformed;
    if (fields.size() == FieldList::kMostReceived) return FieldsResult::TooMany;
    const Field field{name, value, field_name(name)};
    if (misspells_framing(field)) return FieldsResult::Malformed;
    fields.add(field);
  }
  return FieldsResult::Complete;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

bool is_token(std::string_view text) {
  return !text.empty() && all_in(kToken, text);
}

bool is_field_value(std::string_view text) {
  return all_in(kValue, text);
}

std::string_view next_element(std::string_view& list) {
  const std::size_t comma = list.find(',');
  const std::string_view element = trim(list.substr(0, comma));
  list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
  return element;
}

std::string_view last_element(std::string_view list) {
  std::string_view last;
  while (!list.empty()) last = next_element(list);
  return last;
}

bool list_contains(std::string_view list, std::string_view token) {
  while (!list.empty()) {
    if (equal_ignoring_case(next_element(list), token)) return true;
  }
  return false;
}

}  // namespace penstock::router
