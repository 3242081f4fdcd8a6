#include "api/environment_json.h"

#include "api/access_json.h"
#include "api/urls.h"
#include "base/error.h"
#include "runtime/crons/cron_state.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace penstock::api {
namespace {

void add_operations(Json& links, const std::string& self, const Environment& environment,
                    const EnvironmentFacts& facts) {
  const auto offer = [&](const std::string& operation) { links["#" + operation] = {{"href", self + "/" + operation}}; };
  if (facts.head_commit) offer("branch");
  if (environment.parent) {
    offer("merge");
    offer("synchronize");
  }
  if (environment.current_deployment) offer("backup");
  if (environment.status == EnvironmentStatus::Active) {
    offer("redeploy");
    if (environment.current_deployment) offer("rollback");
    if (environment.settings.enable_manual_deployments) offer("deploy");
    if (!facts.is_main) {
      offer("deactivate");
      offer("pause");
    }
  } else if (environment.status == EnvironmentStatus::Paused) {
    for (const char* operation : {"resume", "redeploy", "deactivate"}) offer(operation);
  } else {
    offer("activate");
    if (!facts.is_main) links["#delete"] = {{"href", self}};
  }
}

Json links(const Environment& environment, const EnvironmentFacts& facts) {
  const std::string self = environment_path(environment.project, environment.name);
  Json links = {{"self", {{"href", self}}},
                {"#edit", {{"href", self}}},
                {"#activities", {{"href", self + "/activities"}}},
                {"#variables", {{"href", self + "/variables"}}},
                {"#manage-variables", {{"href", self + "/variables"}}},
                {"crons", {{"href", self + "/crons"}}},
                {"releases", {{"href", self + "/releases"}}},
                {"#backups", {{"href", self + "/backups"}}},
                {"settings", {{"href", self + "/settings"}}}};
  add_operations(links, self, environment, facts);
  Json routes = Json::array();
  for (const std::string& url : facts.sites) routes.push_back({{"href", url}});
  if (!facts.sites.empty()) links["public-url"] = {{"href", facts.sites.front()}};
  links["pf:routes"] = std::move(routes);
  return links;
}

Json deployment_state_json(const Environment& environment) {
  const DeploymentState& state = environment.deployment_state;
  if (!state.last_deployment_at) return nullptr;
  const CronState crons = cron_state(environment, wall_now());
  const std::string& reason = state.last_deployment_failure_reason;
  return {{"last_deployment_at", iso8601(*state.last_deployment_at)},
          {"last_deployment_successful", state.last_deployment_successful},
          {"last_deployment_failure_reason", reason.empty() ? Json(nullptr) : Json(reason)},
          {"crons", {{"enabled", crons == CronState::Running}, {"status", to_string(crons)}}}};
}

}  // namespace

Json environment_json(const Environment& environment, const EnvironmentFacts& facts) {
  const bool deployed = environment.current_deployment.has_value();
  return {{"id", environment.name},
          {"name", environment.name},
          {"machine_name", environment.machine_name},
          {"title", environment.title},
          {"project", environment.project},
          {"type", to_string(environment.type)},
          {"status", to_string(environment.status)},
          {"parent", environment.parent ? Json(*environment.parent) : Json(nullptr)},
          {"is_main", facts.is_main},
          {"is_dirty", facts.is_dirty},
          {"has_code", facts.head_commit.has_value()},
          {"head_commit", facts.head_commit ? Json(*facts.head_commit) : Json(nullptr)},
          {"has_deployment", deployed},
          {"has_staged_activities", facts.has_staged_activities},
          {"can_rolling_deploy", facts.can_roll},
          {"supports_rolling_deployments", facts.supports_rolling},
          {"deployment_target", "local"},
          {"edge_hostname", nullptr},
          {"http_access", access_json(facts.http_access)},
          {"restrict_robots", environment.settings.restrict_robots},
          {"clone_parent_on_create", environment.settings.clone_parent_on_create},
          {"deployment_state", deployment_state_json(environment)},
          {"created_at", iso8601(environment.created_at)},
          {"updated_at", iso8601(environment.updated_at)},
          {"_links", links(environment, facts)}};
}

}  // namespace penstock::api
