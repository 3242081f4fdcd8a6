#include "cli/session.h"
#include "cli/table.h"
#include "cli/verbs.h"

#include <ostream>

namespace penstock::cli {
namespace {

std::string text_of(const Json& value) {
  return value.is_string() ? value.get<std::string>() : "";
}

int run(Session& session) {
  Table table({{"application", "Application"},
               {"name", "Name"},
               {"spec", "Spec"},
               {"timezone", "Time zone"},
               {"next", "Next run"},
               {"last", "Last run"},
               {"command", "Command"}});
  for (const Json& cron : session.http().get(session.environment_path() + "/crons")) {
    table.add({cron.at("application"), cron.at("name"), cron.at("spec"), cron.at("timezone"),
               text_of(cron.at("next_run_at")), text_of(cron.at("last_run_at")), cron.at("commands").at("start")});
  }
  table.print(session.options, session.out);
  return 0;
}

}  // namespace

Command cron_list() {
  return {.name = "cron:list",
          .aliases = {"crons"},
          .arguments = "",
          .help = "List what an environment's applications run at times",
          .options = joined({environment_options(), Table::options()}),
          .run = run};
}

}  // namespace penstock::cli
