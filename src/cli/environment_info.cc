#include "cli/properties.h"
#include "cli/session.h"
#include "cli/table.h"
#include "cli/verbs.h"

namespace penstock::cli {
namespace {

int run(Session& session) {
  return show_or_set_properties(session, session.environment_path());
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
