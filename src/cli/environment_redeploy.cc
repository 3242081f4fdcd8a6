#include "cli/session.h"
#include "cli/verbs.h"

#include <fmt/format.h>

namespace penstock::cli {
namespace {

int run(Session& session) {
  return session.finish(session.http().post(session.environment_path() + "/redeploy", Json::object()));
}

}  // namespace

Command environment_redeploy() {
  return {.name = "environment:redeploy",
          .aliases = {"redeploy"},
          .arguments = "",
          .help = "Start an environment again from what is deployed there",
          .options = joined({environment_options(), wait_options()}),
          .run = run};
}

}  // namespace penstock::cli
