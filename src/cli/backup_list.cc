#include "cli/properties.h"
#include "cli/session.h"
#include "cli/table.h"
#include "cli/verbs.h"

#include <ostream>

namespace penstock::cli {
namespace {

int run(Session& session) {
  Table table({{"created", "Created"},
               {"id", "Backup ID"},
               {"commit", "Commit"},
               {"live", "Live"},
               {"automated", "Automated"},
               {"expires", "Expires"}});
  for (const Json& backup : session.http().get(session.environment_path() + "/backups")) {
    table.add({cell(backup.at("created_at")), cell(backup.at("id")), cell(backup.at("commit_id")).substr(0, 7),
               backup.at("safe").get<bool>() ? "No" : "Yes", backup.at("automated").get<bool>() ? "Yes" : "No",
               cell(backup.at("expires_at"))});
  }
  if (table.empty()) {
    session.err << "No backups found\n";
    return 0;
  }
  table.print(session.options, session.out);
  return 0;
}

}  // namespace

Command backup_list() {
  return {.name = "backup:list",
          .aliases = {"backups"},
          .arguments = "",
          .help = "List the backups of an environment",
          .options = joined({environment_options(), Table::options()}),
          .run = run};
}

}  // namespace penstock::cli
