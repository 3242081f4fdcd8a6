#include "cli/session.h"
#include "cli/verbs.h"

#include <fmt/format.h>

#include <string>

namespace penstock::cli {
namespace {

int run(Session& session) {
  return session.each_environment([&](const std::string& name) {
    if (!session.confirm(fmt::format("Deactivate the environment {} and delete its data?", name))) return 1;
    return session.finish(session.http().post(session.environment_path(name) + "/deactivate", Json::object()));
  });
}

}  // namespace

Command environment_deactivate() {
  return {.name = "environment:deactivate",
          .aliases = {},
          .arguments = "[environment]...",
          .help = "Stop environments and delete their data; the branches stay",
          .options = joined({environment_options(), wait_options()}),
          .run = run};
}

}  // namespace penstock::cli
