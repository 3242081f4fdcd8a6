#include "api/deployment_json.h"

#include "api/urls.h"
#include "config/configuration.h"
#include "store/deployment.h"
#include "store/environment.h"

namespace penstock::api {
namespace {

Json webapp_json(const config::Application& application, const Deployment& release) {
  Json document = application.to_json();
  const auto artifact = release.artifacts.find(application.name);
  document["slug_id"] = artifact == release.artifacts.end() ? Json(nullptr) : Json(artifact->second);
  document["tree_id"] = release.tree;
  document["app_dir"] = "/app";
  document["instance_count"] = 1;
  return document;
}

Json environment_info(const Environment& environment) {
  return {{"name", environment.name},
          {"machine_name", environment.machine_name},
          {"is_main", environment.type == EnvironmentType::Production},
          {"is_production", environment.type == EnvironmentType::Production},
          {"reference", "refs/heads/" + environment.name},
          {"environment_type", to_string(environment.type)},
          {"status", to_string(environment.status)}};
}

}  // namespace

Json release_json(const Deployment& release) {
  return {{"id", release.id},
          {"number", release.number},
          {"commit", release.commit},
          {"head", release.head},
          {"tree", release.tree},
          {"status", to_string(release.status)},
          {"strategy", release.strategy},
          {"artifacts", release.artifacts},
          {"created_at", iso8601(release.created_at)},
          {"committed_at", release.committed_at ? Json(iso8601(*release.committed_at)) : Json(nullptr)}};
}

Json deployment_json(const Deployment& release, const Environment& environment, const Urls& urls) {
  const auto configuration = config::Configuration::from_json(release.configuration);
  Json webapps = Json::object();
  for (const auto& [name, application] : configuration.applications) webapps[name] = webapp_json(application, release);
  Json services = Json::object();
  for (const auto& [name, service] : configuration.services) services[name] = service.to_json();
  const std::string self = environment_path(environment.project, environment.name) + "/deployments/current";
  return {{"id", "current"},
          {"cluster_name", environment.key()},
          {"number", release.number},
          {"commit", release.commit},
          {"fingerprint", release.deploy_fingerprint},
          {"created_at", iso8601(release.created_at)},
          {"environment_info", environment_info(environment)},
          {"project_info", {{"settings", Json::object()}, {"capabilities", Json::object()}}},
          {"routes", config::platform_routes(urls.routes(environment, release))},
          {"webapps", std::move(webapps)},
          {"services", std::move(services)},
          {"workers", Json::object()},
          {"variables", Json::array()},
          {"access", Json::array()},
          {"container_profiles", Json::object()},
          {"_links", {{"self", {{"href", self}}}}}};
}

}  // namespace penstock::api
