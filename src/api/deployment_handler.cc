#include "api/deployment_handler.h"

#include "api/deployment_json.h"
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
  const Environment environment = store.environments().get(request.param("project"), request.param("environment"));
  const auto release = store.deployments().current(environment.project, environment.name);
  if (request.param("deployment") != "current" || !release || environment.status != EnvironmentStatus::Active) {
    throw NotFound(fmt::format("environment {} has no {} deployment", environment.name, request.param("deployment")));
  }
  return Response::json(deployment_json(*release, environment, urls));
}

}  // namespace penstock::api
