#include "runtime/router/table/route_table.h"

#include "runtime/router/http/path.h"

#include <algorithm>
#include <array>

namespace penstock::router {
namespace {

// With http and https as one, the route that answers beats the one that only redirects to the other scheme.
bool better(const Route& a, const Route& b) {
  if (a.redirect_to.has_value() != b.redirect_to.has_value()) return !a.redirect_to;
  return a.url.https && !b.url.https;
}

template <typename Entries>
auto longest_match(const Entries& entries, std::string_view path) {
  return std::find_if(entries.begin(), entries.end(), [&](const auto& entry) { return is_below(path, entry.path); });
}

constexpr std::size_t kLongestHost = 255;

}  // namespace

RouteTable::RouteTable(Environments environments, HttpsMode mode, std::vector<DroppedEntry>& dropped)
    : mode_(mode), environments_(std::move(environments)) {
  for (const auto& environment : environments_) {
    by_id_.emplace(environment->id, environment);
    for (const Route& route : environment->routes) add(environment, route, dropped);
  }
}

// Adds what the route wants of TLS to what its host does; what is wrong with it, or null.
const char* RouteTable::why_not_by_tls(const Route& route, TlsOptions& host) const {
  if (!route.url.https) return nullptr;
  if (mode_ != HttpsMode::On && route.tls.client_authentication == ClientAuthentication::Require) {
    return "it requires client certificates, but the router does not end TLS";
  }
  return host.merge(route.tls) ? nullptr : "another route of this host asks for client certificates in another way";
}

void RouteTable::add(const std::shared_ptr<const Environment>& environment, const Route& route,
                     std::vector<DroppedEntry>& dropped) {
  std::string_view host = route.url.authority;
  host = host.substr(0, host.find(':'));
  const bool wildcard = host.starts_with("*.");
  HostRoutes& routes = wildcard ? wildcards_[host.substr(2)] : hosts_[host];
  auto& entries = mode_ != HttpsMode::Off && route.url.https ? routes.secure : routes.plain;
  const char* const why = why_not_by_tls(route, routes.tls);
  if (why != nullptr) {
    dropped.push_back({environment->id + ": " + std::string(host) + route.url.path, why});
    return;
  }
  const Entry entry{without_trailing_slash(route.url.path), &route, &environment};
  const auto same = std::find_if(entries.begin(), entries.end(), [&](const Entry& e) { return e.path == entry.path; });
  if (same == entries.end()) {
    const auto at =
        std::find_if(entries.begin(), entries.end(), [&](const Entry& e) { return e.path.size() < entry.path.size(); });
    entries.insert(at, entry);
  } else if (*same->environment != environment) {
    dropped.push_back({environment->id + ": " + std::string(host) + route.url.path,
                       "environment " + (*same->environment)->id + " has this route"});
  } else if (better(route, *same->route)) {
    *same = entry;
  }
}

const RouteTable::HostRoutes* RouteTable::routes_of(std::string_view host) const {
  if (host.ends_with('.')) host.remove_suffix(1);
  if (host.size() > kLongestHost) return nullptr;
  std::array<char, kLongestHost> buffer;
  std::transform(host.begin(), host.end(), buffer.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
  const std::string_view name(buffer.data(), host.size());
  if (const auto found = hosts_.find(name); found != hosts_.end()) return &found->second;
  const std::size_t dot = name.find('.');
  if (dot == std::string_view::npos) return nullptr;
  const auto found = wildcards_.find(name.substr(dot + 1));
  return found == wildcards_.end() ? nullptr : &found->second;
}

RouteTable::Match RouteTable::find(bool https, std::string_view host, std::string_view path) const {
  const HostRoutes* routes = routes_of(host);
  if (routes == nullptr) return {};
  const auto plain = longest_match(routes->plain, path);
  const auto secure = longest_match(routes->secure, path);
  const bool has_plain = plain != routes->plain.end();
  const bool has_secure = secure != routes->secure.end();
  if (https && mode_ != HttpsMode::Off) {
    return has_secure ? Match{secure->environment, secure->route, false, &routes->tls} : Match{};
  }
  if (has_plain && (!has_secure || plain->path.size() >= secure->path.size())) {
    return {plain->environment, plain->route, false, &routes->tls};
  }
  return has_secure ? Match{secure->environment, secure->route, true, &routes->tls} : Match{};
}

TlsOptions RouteTable::tls_options(std::string_view host) const {
  const HostRoutes* routes = routes_of(host);
  return routes == nullptr ? TlsOptions{} : routes->tls;
}

std::shared_ptr<const Environment> RouteTable::environment(std::string_view id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : found->second;
}

}  // namespace penstock::router
