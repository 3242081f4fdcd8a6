#pragma once

#include "runtime/router/table/url.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace penstock::router {

// Where a route of type proxy leads.
struct ProxyTarget {
  Url url;
  bool keeps_path = false;  // `to` names no path: the request's stays as it is

  // `to` of a route. Throws UserError.
  static ProxyTarget read(const std::string& to);

  // The path to ask for, of a request for `path` (normalized: `names`) on the route of `route_path`.
  std::string path_of(std::string_view route_path, std::string_view path, std::string_view names) const;
  std::uint16_t port() const;
};

}  // namespace penstock::router
