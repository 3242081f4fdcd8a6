#include "config/route_url.h"

#include "config/limits.h"
#include "config/paths.h"

#include <algorithm>
#include <cctype>

namespace penstock::config {

namespace {

constexpr std::size_t kMaxUrl = 2000;
constexpr std::size_t kMaxHost = 253;

bool is_label(std::string_view label) {
  if (label.empty() || label.size() > kMaxNameLength || label.front() == '-' || label.back() == '-') return false;
  return std::all_of(label.begin(), label.end(),
                     [](unsigned char c) { return std::islower(c) || std::isdigit(c) || c == '-' || c == '_'; });
}

// Labels; the first may be '*', the last {default} or {all}.
bool is_host(const std::string& host) {
  if (host.empty() || host.size() > kMaxHost) return false;
  const auto labels = split(host, '.');
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const bool wildcard = i == 0 && labels[i] == "*" && labels.size() > 1;
    const bool placeholder = i + 1 == labels.size() && (labels[i] == "{default}" || labels[i] == "{all}");
    if (!wildcard && !placeholder && !is_label(labels[i])) return false;
  }
  return true;
}

bool is_url_path(std::string_view path) {
  return std::all_of(path.begin(), path.end(), [](unsigned char c) {
    return c > ' ' && c < 0x7f && c != '?' && c != '#' && c != '\\' && c != '{' && c != '}' && c != '"';
  });
}

}  // namespace

std::optional<RouteUrl> parse_route_url(std::string_view text) {
  if (text.size() > kMaxUrl) return std::nullopt;
  const std::size_t scheme_end = text.find("://");
  const std::string_view scheme = text.substr(0, scheme_end);
  if (scheme_end == std::string_view::npos || (scheme != "http" && scheme != "https")) return std::nullopt;
  text.remove_prefix(scheme_end + 3);
  const std::size_t slash = std::min(text.find('/'), text.size());
  RouteUrl url{scheme == "https", std::string(text.substr(0, slash)), std::string(text.substr(slash))};
  std::transform(url.host.begin(), url.host.end(), url.host.begin(), [](unsigned char c) { return std::tolower(c); });
  if (url.path.empty() || url.path.back() != '/') url.path += '/';
  if (!is_host(url.host) || !is_url_path(url.path)) return std::nullopt;
  return url;
}

bool is_redirect_target(const std::string& to) {
  const bool http = to.rfind("http://", 0) == 0 || to.rfind("https://", 0) == 0;
  const bool printable = std::all_of(to.begin(), to.end(), [](unsigned char c) { return c > ' ' && c < 0x7f; });
  if (!http || !printable || to.size() > kMaxUrl) return false;
  const std::size_t host = to.find("://") + 3;
  const std::size_t end = std::min(to.find_first_of("/?#", host), to.size());
  return end > host &&
         (to.substr(host, end - host).find('{') == std::string::npos || parse_route_url(to.substr(0, end)));
}

}  // namespace penstock::config
