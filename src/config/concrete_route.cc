#include "config/concrete_route.h"

#include "config/json_member.h"
#include "config/route_url.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace penstock::config {

namespace {

constexpr unsigned kHttpPort = 80;
constexpr unsigned kHttpsPort = 443;

bool replace(std::string& text, const std::string& placeholder, const std::string& value) {
  const std::size_t at = text.find(placeholder);
  if (at != std::string::npos) text.replace(at, placeholder.size(), value);
  return at != std::string::npos;
}

// `sticky: true` or `sticky: {enabled: true}`.
bool is_sticky(const Route& route) {
  const Json& sticky = json_member(route.other, "sticky");
  return sticky.is_object() ? sticky.value("enabled", false) : sticky == Json(true);
}

// Turns declared URLs into those of a site.
class Expansion {
 public:
  Expansion(const std::vector<Route>& routes, const Site& site);

  std::vector<ConcreteRoute> run();

 private:
  struct Ranked {
    ConcreteRoute route;
    int rank;  // the higher one gets the URL
  };

  void add(const Route& route, const std::string& host);
  void add_sibling(const ConcreteRoute& route, const RouteUrl& declared, const RouteUrl& url);
  void put(ConcreteRoute route, int rank);
  bool is_own(const std::string& host) const { return std::find(hosts_.begin(), hosts_.end(), host) != hosts_.end(); }
  // The host that a declared one stands for, with `host` for a placeholder.
  std::string host_of(std::string declared, const std::string& host) const;
  std::string url_text(const RouteUrl& url) const;
  std::string target(const std::string& to, const std::string& host) const;
  Json redirects_on(Json redirects, const std::string& host) const;
  void mark_primary();

  const std::vector<Route>& routes_;
  const Site& site_;
  std::vector<std::string> hosts_;        // of the site, the default first
  std::set<std::string> declared_hosts_;  // of routes, without placeholders
  std::vector<Ranked> result_;
};

Expansion::Expansion(const std::vector<Route>& routes, const Site& site)
    : routes_(routes), site_(site), hosts_{site.default_host} {
  for (const std::string& host : site.other_hosts) {
    if (!is_own(host)) hosts_.push_back(host);
  }
  for (const Route& route : routes) {
    const auto url = parse_route_url(route.url);
    if (url && url->host.find('{') == std::string::npos) declared_hosts_.insert(url->host);
  }
}

std::vector<ConcreteRoute> Expansion::run() {
  for (const Route& route : routes_) {
    if (route.url.find("{all}") == std::string::npos) {
      add(route, site_.default_host);
    } else {
      for (const std::string& host : hosts_) add(route, host);
    }
  }
  mark_primary();
  std::vector<ConcreteRoute> routes;
  for (Ranked& each : result_) routes.push_back(std::move(each.route));
  return routes;
}

void Expansion::add(const Route& route, const std::string& host) {
  const auto declared = parse_route_url(route.url);
  if (!declared) return;
  RouteUrl url = *declared;
  url.host = host_of(declared->host, host);
  url.https = declared->https && site_.ports.tls;
  ConcreteRoute concrete;
  concrete.url = url_text(url);
  concrete.https = url.https;
  concrete.host = url.host;
  concrete.original_url = route.url;
  concrete.type = route.type;
  concrete.upstream = route.upstream;
  concrete.to = route.to.empty() ? "" : target(route.to, host);
  concrete.primary = route.primary.value_or(false);
  concrete.sticky = is_sticky(route);
  concrete.id = route.id;
  concrete.attributes = route.attributes;
  concrete.redirects = redirects_on(route.redirects, host);
  concrete.tls = route.tls;
  concrete.cache = route.cache;
  if (concrete.to == concrete.url) return;
  const bool for_all = route.url.find("{all}") != std::string::npos;
  put(concrete, (declared->https ? 2 : 0) + (for_all ? 0 : 1));
  if (url.https) add_sibling(concrete, *declared, url);
}

void Expansion::add_sibling(const ConcreteRoute& route, const RouteUrl& declared, const RouteUrl& url) {
  ConcreteRoute sibling;
  sibling.type = RouteType::Redirect;
  sibling.url = url_text({false, url.host, url.path});
  sibling.host = url.host;
  sibling.original_url = RouteUrl{false, declared.host, declared.path}.text();
  sibling.to = route.url;
  put(std::move(sibling), -1);
}

void Expansion::put(ConcreteRoute route, int rank) {
  const auto same =
      std::find_if(result_.begin(), result_.end(), [&](const Ranked& each) { return each.route.url == route.url; });
  if (same == result_.end()) {
    result_.push_back({std::move(route), rank});
  } else if (rank > same->rank) {
    *same = {std::move(route), rank};
  }
}

std::string Expansion::host_of(std::string declared, const std::string& host) const {
  if (replace(declared, "{default}", site_.default_host) || replace(declared, "{all}", host)) return declared;
  if (is_own(declared)) return declared;
  return declared + "." + site_.default_host;
}

std::string Expansion::url_text(const RouteUrl& url) const {
  const unsigned port = url.https ? site_.ports.https : site_.ports.http;
  const bool own = port == 0 || port == (url.https ? kHttpsPort : kHttpPort);
  return (url.https ? "https://" : "http://") + url.host + (own ? "" : ":" + std::to_string(port)) + url.path;
}

std::string Expansion::target(const std::string& to, const std::string& host) const {
  const std::size_t host_start = to.find("://") + 3;
  const std::size_t host_end = std::min(to.find_first_of("/?#", host_start), to.size());
  const std::string declared = to.substr(host_start, host_end - host_start);
  const bool ours = declared.find('{') != std::string::npos || declared_hosts_.count(declared) > 0;
  if (!ours) return to;
  const bool https = to.rfind("https:", 0) == 0 && site_.ports.tls;
  return url_text({https, host_of(declared, host), to.substr(host_end)});
}

Json Expansion::redirects_on(Json redirects, const std::string& host) const {
  if (!redirects.contains("paths")) return Json::object();
  for (auto& [path, redirect] : redirects["paths"].items()) {
    const auto to = redirect["to"].get<std::string>();
    if (to.rfind("http", 0) == 0) redirect["to"] = target(to, host);
  }
  return redirects;
}

void Expansion::mark_primary() {
  const auto is_upstream = [](const Ranked& each) { return each.route.type == RouteType::Upstream; };
  auto primary = std::find_if(result_.begin(), result_.end(), [](const Ranked& each) { return each.route.primary; });
  if (primary == result_.end()) primary = std::find_if(result_.begin(), result_.end(), is_upstream);
  for (auto it = result_.begin(); it != result_.end(); ++it) it->route.primary = it == primary;
}

}  // namespace

std::vector<ConcreteRoute> expand_routes(const std::vector<Route>& routes, const Site& site) {
  return Expansion(routes, site).run();
}

Json platform_routes(const std::vector<ConcreteRoute>& routes) {
  Json json = Json::object();
  for (const ConcreteRoute& route : routes) {
    Json entry{{"primary", route.primary},
               {"id", route.id ? Json(*route.id) : Json(nullptr)},
               {"attributes", route.attributes},
               {"type", word_of(route.type)}};
    if (route.type == RouteType::Upstream) entry["upstream"] = route.upstream;
    if (route.type != RouteType::Upstream) entry["to"] = route.to;
    entry["original_url"] = route.original_url;
    json[route.url] = std::move(entry);
  }
  return json;
}

Json router_routes(const std::vector<ConcreteRoute>& routes, bool restrict_robots) {
  Json json = Json::array();
  for (const ConcreteRoute& route : routes) {
    Json entry{{"url", route.url}, {"type", word_of(route.type)}};
    if (route.type == RouteType::Upstream) {
      entry["upstream"] = route.upstream;
    } else {
      entry["to"] = route.to;
      entry["code"] = 301;
    }
    entry["original_url"] = route.original_url;
    entry["restrict_robots"] = restrict_robots;
    entry["primary"] = route.primary;
    if (route.sticky) entry["sticky"] = true;
    if (!route.redirects.empty()) entry["redirects"] = route.redirects;
    if (!route.tls.empty()) entry["tls"] = route.tls;
    if (route.type == RouteType::Upstream) entry["cache"] = route.cache;
    json.push_back(std::move(entry));
  }
  return json;
}

}  // namespace penstock::config
