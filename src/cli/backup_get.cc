#include "cli/backup_path.h"
#include "cli/properties.h"
#include "cli/session.h"
#include "cli/table.h"
#include "cli/verbs.h"

namespace penstock::cli {
namespace {

int run(Session& session) {
  print_properties(session, session.http().get(backup_path(session)), session.options.value("property"));
  return 0;
}

}  // namespace

Command backup_get() {
  return {
      .name = "backup:get",
      .aliases = {},
      .arguments = "[backup]",
      .help = "Show a backup; the newest one unless named",
      .options = joined({environment_options(), {{"property", 'P', "NAME", "one property alone"}}, Table::options()}),
      .run = run};
}

}  // namespace penstock::cli
