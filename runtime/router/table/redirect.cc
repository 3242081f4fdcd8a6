#include "runtime/router/table/redirect.h"

#include "runtime/router/http/path.h"

#include <fmt/format.h>

#include <algorithm>

namespace penstock::router {
namespace {

// A host with the port that its https routes have.
std::string https_authority(std::string_view host, const Url& url) {
  const std::size_t port = url.authority.rfind(':');
  return std::string(host) + (port == std::string::npos ? "" : url.authority.substr(port));
}

// Where nobody ends TLS, our own sites are reached by http at the port that the client used.
std::string origin_of(const Url& url, const RequestHead& request, const RouteTable& table, HttpsMode mode) {
  if (mode != HttpsMode::Off || !table.has_host(url.host())) {
    return (url.https ? "https://" : "http://") + url.authority;
  }
  const std::size_t colon = request.authority.rfind(':');
  const bool has_port = colon != std::string_view::npos && !request.authority.ends_with(']');
  return "http://" + url.host() + (has_port ? std::string(request.authority.substr(colon)) : "");
}

std::string argument_of(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    query.remove_prefix(1);
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(pair.size());
    if (pair.starts_with(name) && pair.size() > name.size() && pair[name.size()] == '=') {
      return std::string(pair.substr(name.size() + 1));
    }
  }
  return {};
}

std::string value_of(std::string_view variable, const RequestHead& request, const std::vector<std::string>& groups) {
  const std::string_view arguments = request.query.empty() ? request.query : request.query.substr(1);
  if (variable == "is_args") return arguments.empty() ? "" : "?";
  if (variable == "args") return std::string(arguments);
  if (variable == "uri") return std::string(request.path);
  if (variable.starts_with("arg_")) return argument_of(request.query, variable.substr(4));
  const auto index = static_cast<std::size_t>(variable.empty() ? -1 : variable[0] - '0');
  return variable.size() == 1 && index < groups.size() ? groups[index] : "";
}

// `$1`, `$uri`, `$args` and so on of `to`, filled in.
std::string expand(std::string_view to, const RequestHead& request, const std::vector<std::string>& groups) {
  std::string expanded;
  for (std::size_t i = 0; i < to.size(); ++i) {
    if (to[i] != '$') {
      expanded += to[i];
      continue;
    }
    const auto word = [](char c) { return c == '_' || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
    std::size_t end = i + 1;
    const bool digit = end < to.size() && to[end] >= '0' && to[end] <= '9';
    while (end < to.size() && word(to[end]) && !(digit && end > i + 1)) ++end;
    expanded += value_of(to.substr(i + 1, end - i - 1), request, groups);
    i = end - 1;
  }
  return expanded;
}

std::optional<std::string> target_of(const PathRedirect& redirect, const RequestHead& request) {
  if (redirect.expression) {
    const auto groups = redirect.expression->groups(request.path);
    return groups.empty() ? std::nullopt : std::optional(expand(redirect.to, request, groups));
  }
  const std::string_view path = without_trailing_slash(redirect.path);
  if (!redirect.prefix) {
    return request.path == redirect.path ? std::optional(redirect.to + std::string(request.query)) : std::nullopt;
  }
  if (!is_below(request.path, path)) return std::nullopt;
  const std::string suffix(redirect.append_suffix ? path_below(request.path, path) : std::string_view());
  return join_paths(redirect.to, suffix) + std::string(request.query);
}

std::optional<Reply> path_redirect(const Route& route, const RequestHead& request) {
  for (const PathRedirect& redirect : route.path_redirects) {
    const auto target = target_of(redirect, request);
    if (!target) continue;
    Reply reply = redirect_to(*target, redirect.code);
    if (redirect.expires) reply.fields += fmt::format("Cache-Control: max-age={}\r\n", redirect.expires->count());
    return reply;
  }
  return std::nullopt;
}

}  // namespace

Reply redirect_to_directory(const RequestHead& request) {
  return redirect_to(fmt::format("{}/{}", path_below(request.path, ""), request.query), 301);
}

std::optional<Reply> find_redirect(const RouteTable::Match& match, const RequestHead& request, const RouteTable& table,
                                   HttpsMode mode) {
  const Route& route = *match.route;
  const std::string_view path = request.path == "*" ? "/" : request.path;
  if (match.only_https) {
    return redirect_to(fmt::format("https://{}{}{}", https_authority(request.host(), route.url), path, request.query),
                       301);
  }
  if (auto redirect = path_redirect(route, request)) return redirect;
  if (!route.redirect_to) return std::nullopt;
  const std::string_view rest = path_below(path, without_trailing_slash(route.url.path));
  const std::string target =
      origin_of(*route.redirect_to, request, table, mode) + join_paths(route.redirect_to->path, rest);
  return redirect_to(target + std::string(request.query), route.redirect_code);
}

}  // namespace penstock::router
