#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace penstock::config {

// The parts of "https://www.{default}/blog/".
struct RouteUrl {
  bool https = true;
  std::string host;  // "www.{default}", "*.example.org"; lowercase
  std::string path;  // "/blog/": begins and ends with '/'

  std::string text() const { return (https ? "https://" : "http://") + host + path; }
};

// Reads what may name a route; a '/' that is missing at the end is added. None when it is not one: another scheme, a
// port, a query, a host name that could not be one.
std::optional<RouteUrl> parse_route_url(std::string_view text);

// Whether a redirect may lead to `to`: a URL of anywhere, with placeholders only for the host. A header can carry it.
bool is_redirect_target(const std::string& to);

}  // namespace penstock::config
