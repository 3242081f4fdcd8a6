#include "cli/activity_table.h"
#include "cli/session.h"
#include "cli/table.h"
#include "cli/verbs.h"

#include <fmt/format.h>

#include <ostream>

namespace penstock::cli {
namespace {

int run(Session& session) {
  const Json activities = session.http().get(activities_path(session, session.options.value_or("limit", "10")));
  if (activities.empty()) {
    session.err << "No activities found\n";
    return 1;
  }
  session.err << fmt::format("Activities on the project {}{}:\n", session.project(),
                             session.options.has("all") ? "" : ", environment " + session.environment_name());
  print_activities(session, activities);
  return 0;
}

}  // namespace

Command activity_list() {
  return {
      .name = "activity:list",
      .aliases = {"activities", "act"},
      .arguments = "",
      .help = "List what was asked of an environment and how it ended",
      .options = joined(
          {environment_options(), activity_filters(), {{"limit", 0, "N", "how many (default: 10)"}}, Table::options()}),
      .run = run};
}

}  // namespace penstock::cli
