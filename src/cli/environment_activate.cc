#include "cli/session.h"
#include "cli/verbs.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

namespace penstock::cli {
namespace {

int run(Session& session) {
  std::vector<std::string> names = session.options.positional();
  if (names.empty()) names.push_back(session.environment_name());
  int status = 0;
  for (const std::string& name : names) {
    const Json accepted = session.http().post(session.environment_path(name) + "/activate", Json::object());
    status = std::max(status, session.finish(accepted));
  }
  return status;
}

}  // namespace

Command environment_activate() {
  return {.name = "environment:activate",
          .aliases = {},
          .arguments = "[environment]...",
          .help = "Build and deploy inactive environments",
          .options = joined({environment_options(), wait_options()}),
          .run = run};
}

}  // namespace penstock::cli
