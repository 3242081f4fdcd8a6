#include "base/error.h"
#include "cli/session.h"
#include "cli/verbs.h"

#include <fmt/format.h>

#include <fstream>

namespace penstock::cli {
namespace {

int run(Session& session) {
  const std::optional<std::string> source = session.options.positional(0);
  if (!source) throw UserError("which file? penstock backup:import FILE");
  std::ifstream file(*source, std::ios::binary);
  if (!file) throw UserError(fmt::format("cannot read {}", *source));
  return session.finish(session.http().upload(session.environment_path() + "/backups/import", file));
}

}  // namespace

Command backup_import() {
  return {.name = "backup:import",
          .aliases = {},
          .arguments = "<file>",
          .help = "Take in a backup that backup:export saved; backup:restore deploys it",
          .options = joined({environment_options(), wait_options()}),
          .run = run};
}

}  // namespace penstock::cli
