#include "cli/session.h"
#include "cli/verbs.h"

#include <fmt/format.h>

namespace penstock::cli {
namespace {

int run(Session& session) {
  const std::string name = session.options.positional(0).value_or(session.environment_name());
  if (!session.confirm(fmt::format("Merge the code of {} into its parent and deploy that?", name))) return 1;
  return session.finish(session.http().post(session.environment_path(name) + "/merge", Json::object()));
}

}  // namespace

Command environment_merge() {
  return {.name = "environment:merge",
          .aliases = {"merge"},
          .arguments = "[environment]",
          .help = "Merge the code of an environment into its parent, and deploy the parent",
          .options = joined({environment_options(), wait_options()}),
          .run = run};
}

}  // namespace penstock::cli
