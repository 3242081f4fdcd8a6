#include "cli/variable_scope.h"

#include "base/error.h"
#include "cli/command.h"
#include "cli/session.h"

#include <fmt/format.h>

#include <algorithm>

namespace penstock::cli {
namespace {

void set_truth(Json& body, const Options& options, const std::string& option, const char* property) {
  if (const std::optional<bool> truth = options.truth(option)) body[property] = *truth;
}

}  // namespace

std::vector<Option> level_options() {
  return {{"level", 'l', "LEVEL", "project or environment"}};
}

std::string variables_path(Session& session, const std::string& level) {
  if (level == "project" || level == "p") return session.project_path() + "/variables";
  if (level == "environment" || level == "e") return session.environment_path() + "/variables";
  throw UserError(fmt::format("there is no level \"{}\": there are project and environment", level));
}

std::vector<client::Variable> all_variables(Session& session) {
  std::vector<std::string> levels = {"environment", "project"};
  if (const auto level = session.options.value("level")) levels = {*level};
  std::vector<client::Variable> variables;
  for (const std::string& level : levels) {
    for (const Json& document : session.http().get(variables_path(session, level))) {
      variables.push_back(client::Variable::from_json(document));
    }
  }
  return variables;
}

client::Variable find_variable(Session& session, const std::string& name) {
  const std::vector<client::Variable> variables = all_variables(session);
  const auto found = std::find_if(variables.begin(), variables.end(), [&](const auto& v) { return v.name == name; });
  if (found == variables.end()) throw NotFound(fmt::format("Variable not found: {}", name));
  return *found;
}

std::vector<Option> definition_options() {
  return {{"value", 0, "VALUE", "the value"},
          {"json", 0, "BOOL", "the value is JSON"},
          {"sensitive", 0, "BOOL", "never show the value again"},
          {"enabled", 0, "BOOL", "environments: in use (default: true)"},
          {"inheritable", 0, "BOOL", "environments: children have it too (default: true)"},
          {"visible-build", 0, "BOOL", "builds see it"},
          {"visible-runtime", 0, "BOOL", "applications see it (default: true)"},
          {"app-scope", 0, "APP", "only this application has it"}};
}

Json definition(const Options& options, const std::string& level) {
  Json body = Json::object();
  if (const auto value = options.value("value")) body["value"] = *value;
  set_truth(body, options, "json", "is_json");
  set_truth(body, options, "sensitive", "is_sensitive");
  set_truth(body, options, "visible-build", "visible_build");
  set_truth(body, options, "visible-runtime", "visible_runtime");
  if (level.starts_with('e')) {
    set_truth(body, options, "enabled", "is_enabled");
    set_truth(body, options, "inheritable", "is_inheritable");
  }
  if (options.has("app-scope")) body["application_scope"] = options.list("app-scope");
  return body;
}

}  // namespace penstock::cli
