#include "api/urls.h"

#include "client/url.h"
#include "config/configuration.h"
#include "store/deployment.h"
#include "store/environment.h"

namespace penstock::api {
config::Site Urls::site(const Environment& environment) const {
  return {.default_host = environment.machine_name + "-" + environment.project + "." + site_domain,
          .other_hosts = {},
          .ports = ports};
}

std::vector<config::ConcreteRoute> Urls::routes(const Environment& environment, const Deployment& release) const {
  const auto configuration = config::Configuration::from_json(release.configuration);
  return config::expand_routes(configuration.routes, site(environment));
}

std::vector<std::string> Urls::sites(const Environment& environment, const Deployment& release) const {
  std::vector<std::string> urls;
  for (const config::ConcreteRoute& route : routes(environment, release)) {
    if (route.type != config::RouteType::Upstream) continue;
    urls.insert(route.primary ? urls.begin() : urls.end(), route.url);
  }
  return urls;
}

std::string project_path(const std::string& project) {
  return "/projects/" + project;
}

std::string environment_path(const std::string& project, const std::string& environment) {
  return project_path(project) + "/environments/" + client::percent_encode(environment);
}

}  // namespace penstock::api
