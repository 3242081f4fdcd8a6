#include "runtime/router/cache/cache_key.h"

#include <algorithm>
#include <functional>

namespace penstock::router {
namespace {

// Neither can be part of what is written between them.
constexpr char kEnd = '\n';
constexpr char kSeparator = '\r';

void append_lower(std::string_view text, std::string& out) {
  for (const char c : text) out += c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

void append_values(std::string_view name, const FieldList& request, std::string& out) {
  for (const Field& field : request.all()) {
    if (equal_ignoring_case(field.name, name)) out.append(field.value).append(1, kSeparator);
  }
  out += kEnd;
}

// Takes the next pair off a Cookie field.
std::string_view next_cookie(std::string_view& cookies) {
  const std::size_t semicolon = std::min(cookies.find(';'), cookies.size());
  std::string_view cookie = cookies.substr(0, semicolon);
  cookies.remove_prefix(std::min(semicolon + 1, cookies.size()));
  while (cookie.starts_with(' ')) cookie.remove_prefix(1);
  return cookie;
}

void append_cookies(const CacheSettings& settings, const FieldList& request, std::string& out) {
  std::vector<std::string_view> selected;
  for (const Field& field : request.all()) {
    if (field.known != FieldName::Cookie) continue;
    std::string_view cookies = field.value;
    while (!cookies.empty()) {
      const std::string_view cookie = next_cookie(cookies);
      if (settings.selects_by_cookie(cookie.substr(0, cookie.find('=')))) selected.push_back(cookie);
    }
  }
  std::sort(selected.begin(), selected.end());
  for (const std::string_view cookie : selected) out.append(cookie).append(1, kSeparator);
}

void append_prefix(std::string_view environment, std::string_view release, std::string& out) {
  out.append(environment).append(1, kSeparator).append(release).append(1, kSeparator);
}

}  // namespace

CacheKey::CacheKey(const Environment& environment, const CacheSettings& settings, bool https,
                   const RequestHead& request, std::string& text) {
  text.clear();
  append_prefix(environment.id, environment.release, text);
  text += https ? "https://" : "http://";
  append_lower(request.authority, text);
  text.append(request.path).append(request.query).append(1, kEnd);
  url_end_ = text.size() - 1;
  for (const std::string& name : settings.headers) append_values(name, request.fields, text);
  if (settings.selects_by_cookie()) append_cookies(settings, request.fields, text);
  text_ = text;
  measure();
}

CacheKey::CacheKey(std::string_view text) : text_(text), url_end_(std::min(text.find(kEnd), text.size())) {
  measure();
}

std::size_t CacheKey::environment_hash() const {
  return std::hash<std::string_view>{}(text_.substr(0, text_.find(kSeparator)));
}

void CacheKey::measure() {
  url_hash_ = std::hash<std::string_view>{}(url());
  hash_ = url_hash_ ^ (std::hash<std::string_view>{}(text_.substr(url_end_)) * 31);
}

std::string cache_key_prefix(const std::string& environment, const std::string& release) {
  std::string prefix;
  append_prefix(environment, release, prefix);
  return prefix;
}

std::string selected_values(const std::vector<std::string>& names, const FieldList& request) {
  std::string values;
  for (const std::string& name : names) append_values(name, request, values);
  return values;
}

}  // namespace penstock::router
