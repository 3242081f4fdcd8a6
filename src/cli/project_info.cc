#include "cli/properties.h"
#include "cli/session.h"
#include "cli/table.h"
#include "cli/verbs.h"

namespace penstock::cli {
namespace {

int run(Session& session) {
  return show_or_set_properties(session, session.project_path());
}

}  // namespace

Command project_info() {
  return {.name = "project:info",
          .aliases = {},
          .arguments = "[property] [value]",
          .help = "Read or set properties and settings of a project",
          .options = joined({project_options(), Table::options()}),
          .run = run};
}

}  // namespace penstock::cli
