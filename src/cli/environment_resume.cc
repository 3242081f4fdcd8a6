#include "cli/session.h"
#include "cli/verbs.h"

namespace penstock::cli {
namespace {

int run(Session& session) {
  return session.finish(session.http().post(session.environment_path() + "/resume", Json::object()));
}

}  // namespace

Command environment_resume() {
  return {.name = "environment:resume",
          .aliases = {},
          .arguments = "",
          .help = "Start an environment that is paused",
          .options = joined({environment_options(), wait_options()}),
          .run = run};
}

}  // namespace penstock::cli
