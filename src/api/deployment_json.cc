#include "api/deployment_json.h"

#include "api/resources_json.h"
#include "api/urls.h"
#include "config/component.h"
#include "config/container_profile.h"
#include "store/deployment.h"
#include "store/environment.h"

namespace penstock::api {
namespace {

Json component_json(const config::Component& component, const Deployment& release) {
  Json document = component.to_json();
  const auto artifact = release.artifacts.find(component.application.name);
  document["slug_id"] = artifact == release.artifacts.end() ? Json(nullptr) : Json(artifact->second);
  document["tree_id"] = release.tree;
  document["app_dir"] = "/app";
  document["supports_horizontal_scaling"] = true;
  add_resources(document, config::container_profile(component.application),
                resources_of(release.resources, component.name));
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

Json deployment_json(const Deployment& release, const Environment& environment, const Urls& urls,
                     const std::string& id) {
  const auto configuration = config::Configuration::from_json(release.configuration);
  Json webapps = Json::object();
  Json workers = Json::object();
  for (const auto& [name, component] : config::components_of(configuration)) {
    (component.is_worker() ? workers : webapps)[name] = component_json(component, release);
  }
  Json services = Json::object();
  for (const auto& [name, service] : configuration.services) {
    services[name] = service.to_json();
    add_resources(services[name], config::container_profile(service), resources_of(release.resources, name));
  }
  const std::string all = environment_path(environment.project, environment.name) + "/deployments/";
  return {{"id", id},
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
          {"workers", std::move(workers)},
          {"variables", Json::array()},
          {"access", Json::array()},
          {"container_profiles", container_profiles_json()},
          {"_links", {{"self", {{"href", all + id}}}, {"#edit", {{"href", all + "next"}}}}}};
}

}  // namespace penstock::api
