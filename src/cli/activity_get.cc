#include "cli/activity_table.h"
#include "cli/properties.h"
#include "cli/session.h"
#include "cli/table.h"
#include "cli/verbs.h"

#include <fmt/format.h>

namespace penstock::cli {
namespace {

int run(Session& session) {
  const Json activity = session.http().get(session.project_path() + "/activities/" + chosen_activity(session));
  print_properties(session, activity, session.options.value("property"));
  return 0;
}

}  // namespace

Command activity_get() {
  return {.name = "activity:get",
          .aliases = {},
          .arguments = "[id]",
          .help = "Show an activity; the latest by default",
          .options = joined({environment_options(),
                             activity_filters(),
                             {{"property", 'P', "NAME", "one property alone"}},
                             Table::options()}),
          .run = run};
}

}  // namespace penstock::cli
