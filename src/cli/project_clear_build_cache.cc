#include "cli/session.h"
#include "cli/verbs.h"

#include <fmt/format.h>

#include <ostream>

namespace penstock::cli {
namespace {

int run(Session& session) {
  session.http().post(session.project_path() + "/clear_build_cache", Json::object());
  session.err << fmt::format("The build cache of the project {} was cleared. The next push builds anew.\n",
                             session.project());
  return 0;
}

}  // namespace

Command project_clear_build_cache() {
  return {.name = "project:clear-build-cache",
          .aliases = {},
          .arguments = "",
          .help = "Forget what builds left for the next ones",
          .options = project_options(),
          .run = run};
}

}  // namespace penstock::cli
