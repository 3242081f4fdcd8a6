#include "api/environment_handler.h"

#include "api/access_json.h"
#include "api/activity_json.h"
#include "api/environment_settings_json.h"
#include "api/json_values.h"
#include "api/operations.h"
#include "base/error.h"
#include "store/store.h"

#include <fmt/format.h>

namespace penstock::api {
namespace {

void set_type(Environment& environment, const std::string& name) {
  const EnvironmentType type = environment_type_of(name);
  const auto is_production = [](EnvironmentType t) { return t == EnvironmentType::Production; };
  if (is_production(type) != is_production(environment.type)) {
    throw UserError("cannot set type: the default branch, and it alone, is production");
  }
  environment.type = type;
}

Rollback rollback_of(const Json& body) {
  Rollback rollback;
  for (const auto& [name, value] : body.items()) {
    if (name == "deployment") {
      rollback.deployment = value.is_number_integer() ? value.dump() : text_value(value, name);
    } else if (name == "strategy") {
      rollback.strategy = strategy_of(text_value(value, name));
    } else if (name == "with_data") {
      rollback.with_data = truth_value(value, name);
    } else {
      throw UserError(fmt::format("cannot roll back with {}: deployment, strategy and with_data can be given", name));
    }
  }
  return rollback;
}

// As people read it, too.
Json described(const Plan& plan) {
  CapturingSink text;
  plan.write(text);
  return {{"plan", plan.to_json()}, {"text", text.text()}};
}

void set_parent(Environment& environment, const Json& value, Store& store) {
  environment.parent.reset();
  if (value.is_null()) return;
  const std::string parent = text_value(value, "parent");
  for (std::optional<std::string> name = parent; name;
       name = store.environments().get(environment.project, *name).parent) {
    if (*name == environment.name) throw UserError("cannot set parent: an environment cannot descend from itself");
  }
  environment.parent = parent;
}

}  // namespace

Environment EnvironmentHandler::named(const Request& request) const {
  return store.environments().get(request.param("project"), request.param("environment"));
}

Response EnvironmentHandler::list(const Request& request) const {
  const Project project = store.projects().get(request.param("project"));
  Json environments = Json::array();
  for (const Environment& environment : store.environments().list(project.id)) {
    environments.push_back(view.json(environment));
  }
  return Response::json(environments);
}

Response EnvironmentHandler::get(const Request& request) const {
  return Response::json(view.json(named(request)));
}

Response EnvironmentHandler::update(const Request& request) const {
  Environment environment = named(request);
  const Json patch = request.json();
  std::vector<std::string> routing;
  for (const auto& [name, value] : patch.items()) {
    if (name == "title") {
      environment.title = text_value(value, name);
    } else if (name == "type") {
      set_type(environment, text_value(value, name));
    } else if (name == "parent") {
      set_parent(environment, value, store);
    } else if (name == "clone_parent_on_create") {
      environment.settings.clone_parent_on_create = truth_value(value, name);
    } else if (name == "http_access") {
      const HttpAccess before = store.environments().http_access(environment);
      environment.settings.http_access = value.is_null() ? std::nullopt : std::optional(changed_access(before, value));
      routing.push_back(name);
    } else if (name == "restrict_robots") {
      environment.settings.restrict_robots = truth_value(value, name);
      routing.push_back(name);
    } else {
      throw UserError(fmt::format(
          "cannot set {}: title, type, parent, clone_parent_on_create, http_access and restrict_robots can be changed",
          name));
    }
  }
  store.environments().update(environment);
  std::vector<Activity> activities;
  for (const std::string& property : routing) {
    activities.push_back(operations.routing_changed(environment, property, request.principal));
  }
  return Response::json(accepted(activities, view.json(environment)));
}

Response EnvironmentHandler::remove(const Request& request) const {
  const Environment environment = named(request);
  return began(operations.delete_environment(environment, request.principal), environment);
}

Response EnvironmentHandler::settings(const Request& request) const {
  return Response::json(settings_json(named(request)));
}

Response EnvironmentHandler::update_settings(const Request& request) const {
  Environment environment = named(request);
  const bool staged = environment.status == EnvironmentStatus::Active && view.has_staged_activities(environment);
  apply_settings(environment.settings, request.json());
  store.environments().update(environment);
  std::vector<Activity> activities;
  // With automatic deployments nothing waits to be asked for.
  if (staged && !environment.settings.enable_manual_deployments) {
    activities.push_back(operations.deploy(environment, Strategy::StopStart, request.principal));
  }
  return Response::json(accepted(activities, settings_json(environment)));
}

Response EnvironmentHandler::activate(const Request& request) const {
  const Environment environment = named(request);
  return began(operations.activate(environment, request.principal), environment);
}

Response EnvironmentHandler::deactivate(const Request& request) const {
  const Environment environment = named(request);
  return began(operations.deactivate(environment, request.principal), environment);
}

Response EnvironmentHandler::redeploy(const Request& request) const {
  const Environment environment = named(request);
  return began(operations.redeploy(environment, request.principal), environment);
}

Response EnvironmentHandler::deploy(const Request& request) const {
  const Environment environment = named(request);
  const Json body = request.json();
  const Strategy strategy = strategy_of(body.value("strategy", std::string("stopstart")));
  if (body.contains("dry_run") && truth_value(body["dry_run"], "dry_run")) {
    return Response::json(described(operations.plan(environment, strategy)));
  }
  return began(operations.deploy(environment, strategy, request.principal), environment);
}

Response EnvironmentHandler::roll_back(const Request& request) const {
  const Environment environment = named(request);
  return began(operations.roll_back(environment, rollback_of(request.json()), request.principal), environment);
}

Response EnvironmentHandler::began(const Activity& activity, const Environment& environment) const {
  return Response::json(accepted({activity}, view.json(environment)));
}

}  // namespace penstock::api
