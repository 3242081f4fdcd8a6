#include "runtime/site.h"

#include "runtime/deployer.h"
#include "runtime/release.h"

namespace penstock {

config::Site site_of(const Environment& environment, const DeployerSettings& settings) {
  return {.default_host = environment.machine_name + "-" + environment.project + "." + settings.site_domain,
          .other_hosts = {},
          .ports = settings.ports};
}

std::vector<config::ConcreteRoute> routes_of(const Release& release, const DeployerSettings& settings) {
  return config::expand_routes(release.configuration.routes, site_of(release.environment, settings));
}

std::vector<std::string> https_hosts_of(const Release& release, const DeployerSettings& settings) {
  std::vector<std::string> hosts;
  for (const config::ConcreteRoute& route : routes_of(release, settings)) {
    if (route.https) hosts.push_back(route.host);
  }
  return hosts;
}

std::vector<std::string> urls_of(const config::Configuration& configuration, const config::Site& site) {
  std::vector<std::string> urls;
  for (const config::ConcreteRoute& route : config::expand_routes(configuration.routes, site)) {
    if (route.type == config::RouteType::Upstream) urls.insert(route.primary ? urls.begin() : urls.end(), route.url);
  }
  return urls;
}

}  // namespace penstock
