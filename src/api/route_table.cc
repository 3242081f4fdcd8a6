#include "api/route_table.h"

#include "client/url.h"

#include <optional>

namespace penstock::api {
namespace {

using Params = std::map<std::string, std::string, std::less<>>;

std::vector<std::string_view> segments_of(std::string_view path) {
  std::vector<std::string_view> segments;
  while (!path.empty()) {
    path.remove_prefix(path.front() == '/' ? 1 : 0);
    const std::size_t end = std::min(path.find('/'), path.size());
    if (end > 0) segments.push_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return segments;
}

std::optional<Params> fit(std::string_view pattern, const std::vector<std::string_view>& segments) {
  const std::vector<std::string_view> wanted = segments_of(pattern);
  if (wanted.size() != segments.size()) return std::nullopt;
  Params params;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i].starts_with('{')) {
      params[std::string(wanted[i].substr(1, wanted[i].size() - 2))] = client::percent_decode(segments[i]);
    } else if (wanted[i] != segments[i]) {
      return std::nullopt;
    }
  }
  return params;
}

}  // namespace

RouteTable::Match RouteTable::match(std::string_view method, std::string_view path) const {
  const std::vector<std::string_view> segments = segments_of(path);
  Match match;
  for (const Route& route : routes_) {
    std::optional<Params> params = fit(route.pattern, segments);
    if (!params) continue;
    match.path_exists = true;
    if (route.method != method) continue;
    match.route = &route;
    match.params = std::move(*params);
    break;
  }
  return match;
}

}  // namespace penstock::api
