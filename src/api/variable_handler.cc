#include "api/variable_handler.h"

#include "api/activity_json.h"
#include "api/operations.h"
#include "api/variable_json.h"
#include "base/error.h"
#include "store/store.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace penstock::api {
namespace {

// Checks that what the route names exists.
std::optional<std::string> environment_of(const Request& request, Store& store) {
  store.projects().get(request.param("project"));
  const auto found = request.params.find("environment");
  if (found == request.params.end()) return std::nullopt;
  return store.environments().get(request.param("project"), found->second).name;
}

std::vector<Variable> visible(Store& store, const std::string& project, const std::optional<std::string>& environment) {
  std::vector<Variable> variables = store.variables().list(project, environment);
  if (!environment) return variables;
  for (const Variable& inherited : store.variables().effective(project, *environment)) {
    const bool from_environment = inherited.environment && inherited.environment != environment;
    if (from_environment) variables.push_back(inherited);
  }
  return variables;
}

}  // namespace

Response VariableHandler::list(const Request& request) const {
  const std::optional<std::string> environment = environment_of(request, store);
  Json variables = Json::array();
  for (const Variable& variable : visible(store, request.param("project"), environment)) {
    variables.push_back(variable_json(variable, environment));
  }
  return Response::json(variables);
}

Response VariableHandler::create(const Request& request) const {
  Variable variable;
  variable.project = request.param("project");
  variable.environment = environment_of(request, store);
  variable.visible_build = !variable.environment;
  apply_variable(variable, request.json());
  if (variable.name.empty()) throw UserError("cannot create the variable: it has no name");
  store.variables().add(variable);
  return changed(request, variable, "create");
}

Response VariableHandler::get(const Request& request) const {
  const std::optional<std::string> environment = environment_of(request, store);
  const std::vector<Variable> variables = visible(store, request.param("project"), environment);
  const std::string& name = request.param("variable");
  const auto found =
      std::find_if(variables.begin(), variables.end(), [&](const Variable& v) { return v.name == name; });
  if (found == variables.end()) throw NotFound(fmt::format("Variable not found: {}", name));
  return Response::json(variable_json(*found, environment));
}

Response VariableHandler::update(const Request& request) const {
  Variable variable =
      store.variables().get(request.param("project"), environment_of(request, store), request.param("variable"));
  const Json patch = request.json();
  if (patch.contains("name") && patch["name"] != variable.name) {
    throw UserError(fmt::format("cannot rename {}: create another variable", variable.name));
  }
  apply_variable(variable, patch);
  store.variables().update(variable);
  return changed(request, variable, "update");
}

Response VariableHandler::remove(const Request& request) const {
  const Variable variable =
      store.variables().get(request.param("project"), environment_of(request, store), request.param("variable"));
  store.variables().remove(variable.project, variable.environment, variable.name);
  return changed(request, variable, "delete");
}

Response VariableHandler::changed(const Request& request, const Variable& variable, const std::string& verb) const {
  const Activity activity =
      operations.variable_changed(variable.project, variable.environment, verb, variable.name, request.principal);
  return Response::json(accepted({activity}, variable_json(variable, variable.environment)));
}

}  // namespace penstock::api
