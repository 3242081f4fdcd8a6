#include "cli/properties.h"
#include "cli/session.h"
#include "cli/table.h"
#include "cli/verbs.h"

#include <fmt/format.h>

#include <ostream>

namespace penstock::cli {
namespace {

int run(Session& session) {
  const std::optional<std::string> property = session.options.positional(0);
  if (property && session.options.positional(1)) {
    session.http().patch(session.project_path(), {{*property, *session.options.positional(1)}});
    session.err << fmt::format("Property {} set to: {}\n", *property, *session.options.positional(1));
    return 0;
  }
  print_properties(session, session.http().get(session.project_path()), property);
  return 0;
}

}  // namespace

Command project_info() {
  return {.name = "project:info",
          .aliases = {},
          .arguments = "[property] [value]",
          .help = "Read or set properties of a project",
          .options = joined({project_options(), Table::options()}),
          .run = run};
}

}  // namespace penstock::cli
