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
  if (!name) throw UserError("which variable? Name it: penstock variable:update NAME --value VALUE");
  const client::Variable variable = find_variable(session, *name);
  const Json body = definition(session.options, variable.level);
  if (body.empty()) {
    session.err << "No changes were specified.\n";
    return session.options.has("allow-no-change") ? 0 : 1;
  }
  const std::string path = variables_path(session, variable.level) + "/" + client::percent_encode(*name);
  return session.finish(session.http().patch(path, body));
}

}  // namespace

Command variable_update() {
  return {.name = "variable:update",
          .aliases = {},
          .arguments = "<name>",
          .help = "Change a variable",
          .options = joined({environment_options(),
                             level_options(),
                             {{"allow-no-change", 0, "", "succeed when nothing is to be changed"}},
                             definition_options(),
                             wait_options()}),
          .run = run};
}

}  // namespace penstock::cli
