#include "runtime/router/proxy/proxy_target.h"

#include "base/error.h"
#include "runtime/router/http/path.h"

#include <charconv>

namespace penstock::router {

ProxyTarget ProxyTarget::read(const std::string& to) {
  ProxyTarget target{.url = parse_url(to)};
  if (to.find_first_of("?#@") != std::string::npos) {
    throw UserError("cannot proxy to '" + to + "': expected a host and a path, without a user, query or fragment");
  }
  if (target.port() == 0) throw UserError("cannot proxy to '" + to + "': its port is not valid");
  target.keeps_path = to.find('/', to.find("://") + 3) == std::string::npos;
  return target;
}

std::string ProxyTarget::path_of(std::string_view route_path, std::string_view path, std::string_view names) const {
  const std::string resolved = resolved_path(path, names);
  if (keeps_path) return resolved;
  const bool literal = is_below(resolved, without_trailing_slash(route_path));
  return join_paths(url.path, path_below(literal ? resolved : encode_path(names), without_trailing_slash(route_path)));
}

std::uint16_t ProxyTarget::port() const {
  const std::size_t colon = url.authority.rfind(':');
  if (colon == std::string::npos) return url.https ? 443 : 80;
  std::uint16_t port = 0;
  const char* const end = url.authority.data() + url.authority.size();
  const auto parsed = std::from_chars(url.authority.data() + colon + 1, end, port);
  return parsed.ec == std::errc() && parsed.ptr == end ? port : std::uint16_t{0};
}

}  // namespace penstock::router
