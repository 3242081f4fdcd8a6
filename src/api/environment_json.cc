#include "api/environment_json.h"

#include "api/access_json.h"
#include "api/urls.h"
#include "base/error.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace penstock::api {
namespace {

void add_operations(Json& links, const std::string& self, const Environment& environment,
                    const EnvironmentFacts& facts) {
  const auto offer = [&](const std::string& operation) { links["#" + operation] = {{"href", self + "/" + operation}}; };
  if (environment.status == EnvironmentStatus::Active) {
    offer("redeploy");
    if (environment.settings.enable_manual_deployments) offer("deploy");
    if (!facts.is_main) offer("deactivate");
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
                {"settings", {{"href", self + "/settings"}}}};
  add_operations(links, self, environment, facts);
  Json routes = Json::array();
  for (const std::string& url : facts.sites) routes.push_back({{"href", url}});
  if (!facts.sites.empty()) links["public-url"] = {{"href", facts.sites.front()}};
  links["pf:routes"] = std::move(routes);
  return links;
}

Json deployment_state_json(const DeploymentState& state) {
  if (!state.last_deployment_at) return nullptr;
  const std::string& reason = state.last_deployment_failure_reason;
  return {{"last_deployment_at", iso8601(*state.last_deployment_at)},
          {"last_deployment_successful", state.last_deployment_successful},
          {"last_deployment_failure_reason", reason.empty() ? Json(nullptr) : Json(reason)}};
}

bool boolean(const Json& value, const std::string& name) {
  if (!value.is_boolean()) throw UserError(fmt::format("cannot set {}: it must be true or false", name));
  return value.get<bool>();
}

int seconds(const Json& value, const std::string& name) {
  constexpr int day = 86400;
  if (!value.is_number_integer() || value.get<int>() < 1 || value.get<int>() > day) {
    throw UserError(fmt::format("cannot set {}: it must be a number of seconds from 1 to {}", name, day));
  }
  return value.get<int>();
}

std::string word(const Json& value, const std::string& name) {
  if (!value.is_string()) throw UserError(fmt::format("cannot set {}: it must be a text", name));
  return value.get<std::string>();
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
          {"can_rolling_deploy", false},
          {"supports_rolling_deployments", false},
          {"deployment_target", "local"},
          {"edge_hostname", nullptr},
          {"http_access", access_json(facts.http_access)},
          {"restrict_robots", environment.settings.restrict_robots},
          {"deployment_state", deployment_state_json(environment.deployment_state)},
          {"created_at", iso8601(environment.created_at)},
          {"updated_at", iso8601(environment.updated_at)},
          {"_links", links(environment, facts)}};
}

Json settings_json(const Environment& environment) {
  const EnvironmentSettings& settings = environment.settings;
  const std::string self = environment_path(environment.project, environment.name) + "/settings";
  return {{"enable_manual_deployments", settings.enable_manual_deployments},
          {"hold", to_string(settings.hold)},
          {"on_failure", to_string(settings.on_failure)},
          {"enable_cache_grace_period", settings.enable_cache_grace_period},
          {"hold_timeout_s", settings.hold_timeout_s},
          {"start_timeout_s", settings.start_timeout_s},
          {"stop_grace_s", settings.stop_grace_s},
          {"_links", {{"self", {{"href", self}}}, {"#edit", {{"href", self}}}}}};
}

void apply_settings(EnvironmentSettings& settings, const Json& patch) {
  for (const auto& [name, value] : patch.items()) {
    if (name == "enable_manual_deployments") {
      settings.enable_manual_deployments = boolean(value, name);
    } else if (name == "hold") {
      settings.hold = hold_of(word(value, name));
    } else if (name == "on_failure") {
      settings.on_failure = on_failure_of(word(value, name));
    } else if (name == "enable_cache_grace_period") {
      settings.enable_cache_grace_period = boolean(value, name);
    } else if (name == "hold_timeout_s") {
      settings.hold_timeout_s = seconds(value, name);
    } else if (name == "start_timeout_s") {
      settings.start_timeout_s = seconds(value, name);
    } else if (name == "stop_grace_s") {
      settings.stop_grace_s = seconds(value, name);
    } else {
      throw UserError(fmt::format("cannot set {}: an environment has no such setting", name));
    }
  }
}

}  // namespace penstock::api
