#include "runtime/router_entry.h"

#include "base/error.h"
#include "base/log.h"
#include "runtime/access_logs.h"
#include "runtime/application_container.h"
#include "runtime/deployer_context.h"
#include "runtime/release_containers.h"
#include "runtime/services/environment_services.h"
#include "runtime/shared_mounts.h"
#include "runtime/site.h"
#include "runtime/volumes/application_mounts.h"
#include "service/service_definitions.h"

#include <fmt/format.h>
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

// Where the router finds an instance of an application.
std::string address_of(DeployerContext& context, const config::Application& application, const Instance& instance) {
  const bool unix = application.web.socket_family == config::SocketFamily::Unix;
  return unix ? unix_endpoint(context.parts.engine, instance.id) : tcp_endpoint(instance.address);
}

Json upstream_json(DeployerContext& context, const config::Application& application,
                   const std::vector<Instance>& instances) {
  Json locations = Json::object();
  for (const auto& [prefix, location] : application.web.locations) locations[prefix] = location.to_json();
  const bool fastcgi = application.web.protocol == config::Protocol::FastCgi;
  Json addresses = Json::array();
  for (const Instance& instance : instances) addresses.push_back(address_of(context, application, instance));
  return {{"protocol", fastcgi ? "fastcgi" : "http"},
          {"directory", lifecycle::kAppDirectory},
          {"addresses", std::move(addresses)},
          {"locations", std::move(locations)}};
}

// Those that answer requests.
void add_services(Json& upstreams, DeployerContext& context, const Release& release) {
  for (const auto& [name, address] : EnvironmentServices(context, release).addresses()) {
    const ServiceDefinition& definition = context.parts.services.get(release.configuration.services.at(name).type);
    if (!definition.rules.answers_http) continue;
    config::Location everything;
    everything.passthru.enabled = true;
    upstreams[name] = {{"protocol", "http"},
                       {"directory", lifecycle::kAppDirectory},
                       {"addresses", {fmt::format("{}:{}", address, definition.port)}},
                       {"locations", {{"/", everything.to_json()}}}};
  }
}

Json access_json(const DeployerContext& context, const Environment& environment) {
  const HttpAccess access = context.parts.store.environments().http_access(environment);
  if (!access.is_enabled) return Json::object();
  Json json = access.to_json();
  json.erase("is_enabled");
  return json;
}

// Containers are found through relationships and routes, not by their addresses.
Json proxy_access_json(const DeployerSettings& settings) {
  if (settings.address_pool.empty()) return Json::object();
  return {{"addresses", {{{"permission", "deny"}, {"address", settings.address_pool}}}}};
}

// Where the router finds the files that an application writes; with several instances, those of the first. None when
// the application put something else in the place of a directory.
Json mounts_json(const DeployerContext& context, const Release& release, const std::string& application) {
  Json shown = Json::object();
  try {
    const ApplicationMounts mounts(context.parts.volumes, release, {.component = application});
    for (const auto& [path, directory] :
         context.parts.shared_mounts.share(release.environment.key(), application, mounts)) {
      shown[path] = directory;
    }
  } catch (const UserError& error) {
    log_of("runtime")->warn("files in mounts are not served: environment={} {}", release.environment.key(),
                            error.what());
  }
  return shown;
}

// Null when nothing is to be written.
Json access_log_json(const DeployerContext& context, const Environment& environment) {
  const AccessLogs& logs = context.parts.access_logs;
  if (logs.format().empty()) return nullptr;
  return {{"file", logs.prepare(environment.key())}, {"format", logs.format()}};
}

}  // namespace

Json router_entry(DeployerContext& context, const ReleaseContainers& containers, Hold hold) {
  const Release& release = containers.release();
  const auto artifacts = context.artifacts.mount(release);
  Json upstreams = Json::object();
  for (const auto& [name, application] : release.configuration.applications) {
    upstreams[name] = upstream_json(context, application, containers.instances_of(name));
    upstreams[name]["root"] = artifacts.at(name);
    upstreams[name]["mounts"] = mounts_json(context, release, name);
  }
  add_services(upstreams, context, release);
  return {{"id", release.environment.key()},
          {"release", release.deployment.id},
          {"hold", hold_json(release.environment, hold)},
          {"access", access_json(context, release.environment)},
          {"cluster", release.environment.project + "-" + release.environment.machine_name},
          {"proxy_access", proxy_access_json(context.settings)},
          {"access_log", access_log_json(context, release.environment)},
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
