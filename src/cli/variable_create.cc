#include "base/error.h"
#include "cli/session.h"
#include "cli/variable_scope.h"
#include "cli/verbs.h"
#include "client/url.h"

#include <fmt/format.h>

#include <ostream>

namespace penstock::cli {
namespace {

std::string full_name(Session& session) {
  std::string name = session.options.positional(0).value_or(session.options.value_or("name", ""));
  if (name.empty()) throw UserError("which variable? Name it: penstock variable:create NAME --value VALUE");
  const std::string prefix = session.options.value_or("prefix", "none");
  if (prefix == "none" || name.find(':') != std::string::npos) return name;
  return prefix + (prefix.ends_with(':') ? "" : ":") + name;
}

bool exists(Session& session, const std::string& path, const std::string& name) {
  for (const Json& document : session.http().get(path)) {
    const client::Variable variable = client::Variable::from_json(document);
    if (variable.name == name && !variable.is_inherited) return true;
  }
  return false;
}

int run(Session& session) {
  const std::string level = session.options.value_or("level", "environment");
  const std::string path = variables_path(session, level);
  const std::string name = full_name(session);
  Json body = definition(session.options, level);
  if (!body.contains("value")) throw UserError(fmt::format("which value? Use --value (variable {})", name));
  if (session.options.has("update") && exists(session, path, name)) {
    return session.finish(session.http().patch(path + "/" + client::percent_encode(name), body));
  }
  body["name"] = name;
  session.err << fmt::format("Creating variable {}\n", name);
  return session.finish(session.http().post(path, body));
}

}  // namespace

Command variable_create() {
  return {.name = "variable:create",
          .aliases = {},
          .arguments = "[name]",
          .help = "Create a variable",
          .options = joined({environment_options(),
                             level_options(),
                             {{"update", 'u', "", "change it when it exists"},
                              {"name", 0, "NAME", "the name"},
                              {"prefix", 0, "PREFIX", "none, env, php, …"}},
                             definition_options(),
                             wait_options()}),
          .run = run};
}

}  // namespace penstock::cli
