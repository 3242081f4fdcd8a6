#include "cli/backup_path.h"
#include "cli/session.h"
#include "cli/verbs.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace penstock::cli {
namespace {

int run(Session& session) {
  const std::string path = backup_path(session);
  const std::string target = session.options.value_or("target", session.environment_name());
  if (!session.confirm(fmt::format("Replace the data of {} by that of the backup?", target))) return 1;
  Json body = {{"environment_name", target}, {"restore_code", !session.options.has("no-code")}};
  if (const auto from = session.options.value("branch-from")) body["branch_from"] = *from;
  return session.finish(session.http().post(path + "/restore", body));
}

}  // namespace

Command backup_restore() {
  return {.name = "backup:restore",
          .aliases = {},
          .arguments = "[backup]",
          .help = "Deploy the data and the release of a backup; the newest one unless named",
          .options = joined({environment_options(),
                             {{"target", 0, "NAME", "another environment, made when it does not exist"},
                              {"branch-from", 0, "NAME", "whose branch a new target begins with"},
                              {"no-code", 0, "", "the data alone"}},
                             wait_options()}),
          .run = run};
}

}  // namespace penstock::cli
