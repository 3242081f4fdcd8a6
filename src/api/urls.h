#pragma once

#include "config/concrete_route.h"

#include <string>
#include <vector>

namespace penstock {
struct Deployment;
struct Environment;
}  // namespace penstock

namespace penstock::api {

// Where people find things: the API, the repositories and the sites.
struct Urls {
  std::string api = "http://127.0.0.1:7080";
  std::string site_domain = "penstock.localhost";
  config::SitePorts ports{.tls = false};
  std::string repository(const std::string& project) const { return api + "/" + project + ".git"; }
  config::Site site(const Environment& environment) const;
  std::vector<config::ConcreteRoute> routes(const Environment& environment, const Deployment& release) const;
  // Of the upstream routes, the primary one first.
  std::vector<std::string> sites(const Environment& environment, const Deployment& release) const;
};

// "/projects/P", "/projects/P/environments/E": what self links say.
std::string project_path(const std::string& project);
std::string environment_path(const std::string& project, const std::string& environment);

}  // namespace penstock::api
