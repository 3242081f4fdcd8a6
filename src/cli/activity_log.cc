#include "client/activity_log.h"

#include "cli/activity_table.h"
#include "cli/session.h"
#include "cli/verbs.h"

#include <fmt/format.h>

#include <ostream>

namespace penstock::cli {
namespace {

void print_header(Session& session, const client::Activity& activity) {
  session.err << fmt::format("Activity ID: {}\nType: {}\nDescription: {}\nCreated: {}\nState: {}\nLog:\n", activity.id,
                             activity.type, activity.description, activity.created_at, activity.state);
}

int run(Session& session) {
  const std::string path = session.project_path() + "/activities/" + chosen_activity(session);
  print_header(session, client::Activity::from_json(session.http().get(path)));
  const bool timestamps = session.options.has("timestamps");
  client::follow_log(session.http(), path + "/log", [&](const client::LogItem& item) {
    if (timestamps) session.out << "[" << item.timestamp << "] ";
    session.out << item.message << std::flush;
  });
  return 0;
}

}  // namespace

Command activity_log() {
  return {.name = "activity:log",
          .aliases = {},
          .arguments = "[id]",
          .help = "Show the log of an activity as it is written; of the latest by default",
          .options = joined(
              {environment_options(), activity_filters(0), {{"timestamps", 't', "", "begin each line with its time"}}}),
          .run = run};
}

}  // namespace penstock::cli
