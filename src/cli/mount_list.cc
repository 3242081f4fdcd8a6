#include "cli/mount_choice.h"
#include "cli/session.h"
#include "cli/table.h"
#include "cli/verbs.h"

#include <ostream>

namespace penstock::cli {
namespace {

int run(Session& session) {
  Table table({{"path", "Path"}, {"definition", "Definition"}, {"application", "Application"}});
  for (const Mount& mount : mounts_of(session, false)) {
    if (session.options.has("paths")) {
      session.out << mount.path << "\n";
    } else {
      table.add({mount.path, mount.definition, mount.application});
    }
  }
  if (!table.empty()) table.print(session.options, session.out);
  return 0;
}

}  // namespace

Command mount_list() {
  return {.name = "mount:list",
          .aliases = {"mounts"},
          .arguments = "",
          .help = "List the writable directories of applications",
          .options = joined({mount_options(), {{"paths", 0, "", "the paths alone"}}, Table::options()}),
          .run = run};
}

}  // namespace penstock::cli
