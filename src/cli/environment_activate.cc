#include "cli/session.h"
#include "cli/verbs.h"

#include <string>

namespace penstock::cli {
namespace {

int run(Session& session) {
  return session.each_environment([&](const std::string& name) {
    return session.finish(session.http().post(session.environment_path(name) + "/activate", Json::object()));
  });
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
