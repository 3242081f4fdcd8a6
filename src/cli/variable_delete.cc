#include "base/error.h"
#include "cli/session.h"
#include "cli/variable_scope.h"
#include "cli/verbs.h"
#include "client/url.h"

#include <fmt/format.h>

#include <ostream>

namespace penstock::cli {
namespace {

int run(Session& session) {
  const std::optional<std::string> name = session.options.positional(0);
  if (!name) throw UserError("which variable? Name it: penstock variable:delete NAME");
  const client::Variable variable = find_variable(session, *name);
  if (!session.confirm(fmt::format("Delete the variable {} ({} level)?", *name, variable.level))) return 1;
  const std::string path = variables_path(session, variable.level) + "/" + client::percent_encode(*name);
  return session.finish(session.http().remove(path));
}

}  // namespace

Command variable_delete() {
  return {.name = "variable:delete",
          .aliases = {},
          .arguments = "<name>",
          .help = "Delete a variable",
          .options = joined({environment_options(), level_options(), wait_options()}),
          .run = run};
}

}  // namespace penstock::cli
