#include "api/environment_handler.h"

#include "api/activity_json.h"
#include "api/operations.h"
#include "base/error.h"
#include "store/store.h"

#include <fmt/format.h>

namespace penstock::api {
namespace {

std::string text(const Json& value, const std::string& name) {
  if (!value.is_string()) throw UserError(fmt::format("cannot set {}: it must be a text", name));
  return value.get<std::string>();
}

void set_type(Environment& environment, const std::string& name) {
  const EnvironmentType type = environment_type_of(name);
  const auto is_production = [](EnvironmentType t) { return t == EnvironmentType::Production; };
  if (is_production(type) != is_production(environment.type)) {
    throw UserError("cannot set type: the default branch, and it alone, is production");
  }
  environment.type = type;
}

void set_parent(Environment& environment, const Json& value, Store& store) {
  environment.parent.reset();
  if (value.is_null()) return;
  const std::string parent = text(value, "parent");
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
  for (const auto& [name, value] : patch.items()) {
    if (name == "title") {
      environment.title = text(value, name);
    } else if (name == "type") {
      set_type(environment, text(value, name));
    } else if (name == "parent") {
      set_parent(environment, value, store);
    } else {
      throw UserError(fmt::format("cannot set {}: title, type and parent can be changed", name));
    }
  }
  store.environments().update(environment);
  return Response::json(accepted({}, view.json(environment)));
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
  apply_settings(environment.settings, request.json());
  store.environments().update(environment);
  return Response::json(accepted({}, settings_json(environment)));
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
  const std::string strategy = request.json().value("strategy", std::string("stopstart"));
  return began(operations.deploy(environment, strategy, request.principal), environment);
}

Response EnvironmentHandler::began(const Activity& activity, const Environment& environment) const {
  return Response::json(accepted({activity}, view.json(environment)));
}

}  // namespace penstock::api
