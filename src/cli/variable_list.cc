#include "cli/session.h"
#include "cli/table.h"
#include "cli/variable_scope.h"
#include "cli/verbs.h"

#include <fmt/format.h>

#include <ostream>

namespace penstock::cli {
namespace {

std::string shown_value(const client::Variable& variable) {
  return variable.is_sensitive ? "[Hidden: sensitive value]" : variable.value;
}

int run(Session& session) {
  const std::vector<client::Variable> variables = all_variables(session);
  if (variables.empty()) {
    session.err << "No variables found.\n";
    return 1;
  }
  Table table({{"name", "Name"}, {"level", "Level"}, {"value", "Value"}, {"enabled", "Enabled"}});
  for (const client::Variable& variable : variables) {
    table.add({variable.name, variable.level, shown_value(variable), variable.is_enabled ? "true" : "false"});
  }
  table.print(session.options, session.out);
  return 0;
}

}  // namespace

Command variable_list() {
  return {.name = "variable:list",
          .aliases = {"variables", "var"},
          .arguments = "",
          .help = "List the variables of a project and an environment",
          .options = joined({environment_options(), level_options(), Table::options()}),
          .run = run};
}

}  // namespace penstock::cli
