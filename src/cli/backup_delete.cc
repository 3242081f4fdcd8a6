#include "base/error.h"
#include "cli/backup_path.h"
#include "cli/session.h"
#include "cli/verbs.h"

#include <fmt/format.h>

namespace penstock::cli {
namespace {

int run(Session& session) {
  const std::optional<std::string> id = session.options.positional(0);
  if (!id) throw UserError("which backup? penstock backup:delete ID");
  if (!session.confirm(fmt::format("Delete the backup {}?", *id))) return 1;
  return session.finish(session.http().remove(backup_path(session)));
}

}  // namespace

Command backup_delete() {
  return {.name = "backup:delete",
          .aliases = {},
          .arguments = "<backup>",
          .help = "Delete a backup",
          .options = joined({environment_options(), wait_options()}),
          .run = run};
}

}  // namespace penstock::cli
