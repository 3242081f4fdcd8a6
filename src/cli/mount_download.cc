#include "base/error.h"
#include "base/file.h"
#include "base/process.h"
#include "cli/mount_choice.h"
#include "cli/session.h"
#include "cli/verbs.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>

namespace penstock::cli {
namespace {

namespace fs = std::filesystem;

int run(Session& session) {
  const std::optional<std::string> target = session.options.value("target");
  if (!target) throw UserError("where to? Name a directory with --target DIRECTORY");
  const Mount mount = chosen_mount(session);
  fs::create_directories(*target);
  const TemporaryDirectory scratch(*target);
  const fs::path archive = scratch.path() / "archive.tar";
  std::ofstream file(archive, std::ios::binary);
  session.http().download(archive_path(session, mount), file);
  file.close();
  if (!file) throw Error(fmt::format("cannot write {}", archive.string()));
  run_checked({"tar", "--extract", "--no-same-owner", "--file=" + archive.string(), "--directory=" + *target});
  session.err << fmt::format("Downloaded {} of {} to {}\n", mount.path, mount.application, *target);
  return 0;
}

}  // namespace

Command mount_download() {
  return {.name = "mount:download",
          .aliases = {},
          .arguments = "",
          .help = "Copy what a mount holds to a directory here",
          .options = joined({mount_options(),
                             {{"mount", 'm', "PATH", "the mount; default: the only one"},
                              {"target", 0, "DIRECTORY", "where to, made when it does not exist"}}}),
          .run = run};
}

}  // namespace penstock::cli
