#include "cli/session.h"
#include "cli/verbs.h"

#include <fmt/format.h>

namespace penstock::cli {
namespace {

int run(Session& session) {
  if (!session.confirm(fmt::format("Stop everything of {}? Its data stays.", session.environment_name()))) return 1;
  return session.finish(session.http().post(session.environment_path() + "/pause", Json::object()));
}

}  // namespace

Command environment_pause() {
  return {.name = "environment:pause",
          .aliases = {},
          .arguments = "",
          .help = "Stop an environment; its data stays",
          .options = joined({environment_options(), wait_options()}),
          .run = run};
}

}  // namespace penstock::cli
