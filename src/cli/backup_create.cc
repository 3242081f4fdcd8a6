#include "cli/session.h"
#include "cli/verbs.h"

#include <nlohmann/json.hpp>

namespace penstock::cli {
namespace {

int run(Session& session) {
  const std::string name = session.options.positional(0).value_or(session.environment_name());
  const Json body = {{"safe", !session.options.has("live")}};
  return session.finish(session.http().post(session.environment_path(name) + "/backup", body));
}

}  // namespace

Command backup_create() {
  return {.name = "backup:create",
          .aliases = {"backup"},
          .arguments = "[environment]",
          .help = "Keep an environment's data and release as they are now",
          .options =
              joined({environment_options(), {{"live", 0, "", "without holding requests meanwhile"}}, wait_options()}),
          .run = run};
}

}  // namespace penstock::cli
