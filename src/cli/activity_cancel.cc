#include "base/error.h"
#include "cli/session.h"
#include "cli/verbs.h"

#include <fmt/format.h>

#include <ostream>

namespace penstock::cli {
namespace {

int run(Session& session) {
  std::string path = session.project_path() + "/activities/";
  if (const auto id = session.options.positional(0)) {
    path += *id;
  } else {
    const std::string owner = session.options.has("all") ? session.project_path() : session.environment_path();
    const Json open = session.http().get(owner + "/activities?state=pending&state=in_progress&count=2");
    if (open.size() != 1)
      throw UserError(open.empty() ? "there is no activity to cancel" : "which activity? Name its id");
    path += open.front().at("id").get<std::string>();
  }
  session.http().post(path + "/cancel", Json::object());
  session.err << fmt::format("The activity was cancelled successfully.\n");
  return 0;
}

}  // namespace

Command activity_cancel() {
  return {.name = "activity:cancel",
          .aliases = {},
          .arguments = "[id]",
          .help = "Cancel an activity that is pending or in progress",
          .options = joined({environment_options(), {{"all", 'a', "", "of all environments of the project"}}}),
          .run = run};
}

}  // namespace penstock::cli
