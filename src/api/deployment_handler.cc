#include "api/deployment_handler.h"

#include "api/activity_json.h"
#include "api/deployment_json.h"
#include "api/operations.h"
#include "api/resources_json.h"
#include "base/error.h"
#include "runtime/data_snapshots.h"
#include "store/store.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace penstock::api {

Response DeploymentHandler::list(const Request& request) const {
  const Environment environment = store.environments().get(request.param("project"), request.param("environment"));
  Json deployments = Json::array();
  if (const auto release = store.deployments().current(environment.project, environment.name)) {
    deployments.push_back(deployment_json(*release, environment, urls));
  }
  return Response::json(deployments);
}

Response DeploymentHandler::releases(const Request& request) const {
  const Environment environment = store.environments().get(request.param("project"), request.param("environment"));
  const DataSnapshots snapshots{store, volumes, environment};
  Json releases = Json::array();
  for (const Deployment& release : store.deployments().list(environment.project, environment.name)) {
    Json document = release_json(release);
    document["is_current"] = environment.current_deployment == release.id;
    document["has_data"] = release.was_live() && snapshots.after(release).has_value();
    releases.push_back(std::move(document));
  }
  return Response::json(releases);
}

Response DeploymentHandler::get(const Request& request) const {
  const std::string id = request.param("deployment");
  if (id != "current" && id != "next") throw NotFound("there is no deployment " + id);
  const Live found = id == "next" ? next(request) : live(request);
  return Response::json(deployment_json(found.release, found.environment, urls, id));
}

Response DeploymentHandler::update(const Request& request) const {
  if (request.param("deployment") != "next") throw Conflict("cannot change a deployment: only the next one");
  Live found = next(request);
  const auto configuration = config::Configuration::from_json(found.release.configuration);
  ResourcesByName& resources = found.release.resources;
  resources = changed_resources(std::move(resources), configuration, request.json());
  store.resources().set(found.environment.project, found.environment.name, resources);
  const Activity activity = operations.resources_changed(found.environment, request.principal);
  return Response::json(accepted({activity}, deployment_json(found.release, found.environment, urls, "next")));
}

DeploymentHandler::Live DeploymentHandler::live(const Request& request) const {
  Environment environment = store.environments().get(request.param("project"), request.param("environment"));
  auto release = store.deployments().current(environment.project, environment.name);
  if (!release || environment.status != EnvironmentStatus::Active) {
    throw NotFound(fmt::format("environment {} has no {} deployment", environment.name, request.param("deployment")));
  }
  return {std::move(environment), *std::move(release)};
}

DeploymentHandler::Live DeploymentHandler::next(const Request& request) const {
  Live found = live(request);
  found.release.resources = store.resources().get(found.environment.project, found.environment.name);
  return found;
}

}  // namespace penstock::api
