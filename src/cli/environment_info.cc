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
  const std::optional<std::string> value = session.options.positional(1);
  if (property && value) {
    set_property(session, session.environment_path(), *property, *value);
  } else {
    print_properties(session, with_settings(session, session.environment_path()), property);
  }
  return 0;
}

}  // namespace

Command environment_info() {
  return {.name = "environment:info",
          .aliases = {},
          .arguments = "[property] [value]",
          .help = "Read or set properties and settings of an environment",
          .options = joined({environment_options(), wait_options(), Table::options()}),
          .run = run};
}

}  // namespace penstock::cli
