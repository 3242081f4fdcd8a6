#include "runtime/router_entry.h"

#include "runtime/application_container.h"
#include "runtime/deployer_context.h"
#include "runtime/release_containers.h"
#include "runtime/site.h"

#include <nlohmann/json.hpp>

namespace penstock {
namespace {

Json hold_json(const Environment& environment, Hold hold) {
  return {{"active", hold == Hold::On},
          {"all", environment.settings.hold == EnvironmentSettings::Hold::All},
          {"serve_cached", environment.settings.enable_cache_grace_period},
          {"timeout_s", environment.settings.hold_timeout_s},
          {"max_requests", environment.settings.hold_max_requests},
          {"max_bytes", environment.settings.hold_max_bytes}};
}

Json upstream_json(const config::Application& application) {
  Json locations = Json::object();
  for (const auto& [prefix, location] : application.web.locations) locations[prefix] = location.to_json();
  const bool fastcgi = application.web.protocol == config::Protocol::FastCgi;
  return {{"protocol", fastcgi ? "fastcgi" : "http"},
          {"directory", lifecycle::kAppDirectory},
          {"addresses", Json::array()},
          {"locations", std::move(locations)}};
}

// Where the router finds an application.
std::string address_of(DeployerContext& context, const Release& release, const std::string& application,
                       const std::string& ip) {
  const bool unix = release.configuration.applications.at(application).web.socket_family == config::SocketFamily::Unix;
  return unix ? unix_endpoint(context.parts.engine, release.container_id(application)) : tcp_endpoint(ip);
}

Json access_json(const DeployerContext& context, const Environment& environment) {
  const HttpAccess access = context.parts.store.environments().http_access(environment);
  if (!access.is_enabled) return Json::object();
  Json json = access.to_json();
  json.erase("is_enabled");
  return json;
}

}  // namespace

Json router_entry(DeployerContext& context, const ReleaseContainers& containers, Hold hold) {
  const Release& release = containers.release();
  const auto artifacts = context.artifacts.mount(release);
  Json upstreams = Json::object();
  for (const auto& [name, application] : release.configuration.applications) {
    Json upstream = upstream_json(application);
    upstream["root"] = artifacts.at(name);
    if (const auto address = containers.addresses().find(name); address != containers.addresses().end()) {
      upstream["addresses"].push_back(address_of(context, release, name, address->second));
    }
    upstreams[name] = std::move(upstream);
  }
  return {{"id", release.environment.key()},
          {"release", release.deployment.id},
          {"hold", hold_json(release.environment, hold)},
          {"access", access_json(context, release.environment)},
          {"routes",
           config::router_routes(routes_of(release, context.settings), release.environment.settings.restrict_robots)},
          {"upstreams", std::move(upstreams)}};
}

Json empty_router_entry(const Environment& environment, const DeployerSettings& settings, Hold hold) {
  const config::Route everything{.url = "https://{default}/", .upstream = "app"};
  return {{"id", environment.key()},
          {"hold", hold_json(environment, hold)},
          {"routes", config::router_routes(config::expand_routes({everything}, site_of(environment, settings)),
                                           environment.settings.restrict_robots)},
          {"upstreams", {{"app", {{"addresses", Json::array()}}}}}};
}

}  // namespace penstock
