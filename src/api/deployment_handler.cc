#include "api/deployment_handler.h"

#include "api/deployment_json.h"
#include "base/error.h"
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

Response DeploymentHandler::get(const Request& request) const {
  const Environment environment = store.environments().get(request.param("project"), request.param("environment"));
  const auto release = store.deployments().current(environment.project, environment.name);
  if (request.param("deployment") != "current" || !release || environment.status != EnvironmentStatus::Active) {
    throw NotFound(fmt::format("environment {} has no {} deployment", environment.name, request.param("deployment")));
  }
  return Response::json(deployment_json(*release, environment, urls));
}

}  // namespace penstock::api
