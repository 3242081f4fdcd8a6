#include "base/error.h"
#include "cli/backup_path.h"
#include "cli/session.h"
#include "cli/verbs.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>

namespace penstock::cli {
namespace {

int run(Session& session) {
  const std::optional<std::string> target = session.options.positional(0);
  if (!target) throw UserError("to which file? penstock backup:export FILE [BACKUP]");
  const std::string path = backup_path(session, 1);
  const std::string unfinished = *target + ".part";
  std::ofstream file(unfinished, std::ios::binary | std::ios::trunc);
  if (!file) throw Error(fmt::format("cannot write {}", unfinished));
  session.http().download(path + "/export", file);
  file.close();
  if (!file) throw Error(fmt::format("cannot write {}: it is not whole", unfinished));
  std::filesystem::rename(unfinished, *target);
  session.err << fmt::format("Written to {}\n", *target);
  return 0;
}

}  // namespace

Command backup_export() {
  return {.name = "backup:export",
          .aliases = {},
          .arguments = "<file> [backup]",
          .help = "Save a backup as a file for another server: data, code and configuration, no secrets",
          .options = environment_options(),
          .run = run};
}

}  // namespace penstock::cli
