// Declared routes on the host names of one environment.
#pragma once

#include "config/route.h"

#include <string>
#include <vector>

namespace penstock::config {

// Where sites are reached. A port of 0 is the scheme's own and not named in URLs.
struct SitePorts {
  unsigned http = 0;
  unsigned https = 0;
  bool tls = true;  // false: routes to https:// are served as http://, without redirects to https
};

// Where an environment is reached.
struct Site {
  std::string default_host;              // stands for {default}
  std::vector<std::string> other_hosts;  // {all} is these and the default
  SitePorts ports;
};

struct ConcreteRoute {
  std::string url;  // "https://main-abc1234-project.example.org/blog/"
  bool https = false;
  std::string host;          // of `url`, without the port; the first label may be '*'
  std::string original_url;  // "https://{default}/blog/"
  RouteType type = RouteType::Upstream;
  std::string upstream;  // the application
  std::string to;
  bool primary = false;
  bool sticky = false;
  std::optional<std::string> id;
  std::map<std::string, std::string> attributes;
  Json redirects = Json::object();  // of parts of the route: {"expires", "paths": {PATH: {"to", …}}}
  Json tls = Json::object();        // as declared
  Json cache = Json::object();      // as declared
};

// Every declared route on every host it stands for, and for each https:// route its http:// sibling that redirects to
// it, unless one was declared. Where two routes get the same URL that of {default} wins over that of {all}. A host
// name that is not one of the site's is put below the default host. Exactly one upstream route is primary, if there
// is any.
std::vector<ConcreteRoute> expand_routes(const std::vector<Route>& routes, const Site& site);

// The value of PLATFORM_ROUTES before base64: URL to route.
Json platform_routes(const std::vector<ConcreteRoute>& routes);

// As the router takes them: an array of {"url", "type", "upstream" or "to" and "code", "original_url",
// "restrict_robots", "primary", "sticky", "redirects" and "tls" if there are any, "cache" where an application
// answers}.
Json router_routes(const std::vector<ConcreteRoute>& routes, bool restrict_robots);

}  // namespace penstock::config
