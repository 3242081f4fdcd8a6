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

int run(Session& session) {
  const std::optional<std::string> source = session.options.value("source");
  if (!source) throw UserError("from where? Name a directory with --source DIRECTORY");
  if (!std::filesystem::is_directory(*source)) throw UserError(fmt::format("{} is no directory", *source));
  const Mount mount = chosen_mount(session);
  if (!session.confirm(fmt::format("Upload {} into {} of {}?", *source, mount.path, mount.application))) return 1;
  const TemporaryDirectory scratch;
  const std::string archive = scratch.path() / "archive.tar";
  run_checked({"tar", "--create", "--file=" + archive, "--directory=" + *source, "."});
  std::ifstream file(archive, std::ios::binary);
  session.http().upload(archive_path(session, mount), file);
  session.err << fmt::format("Uploaded {} to {} of {}\n", *source, mount.path, mount.application);
  return 0;
}

}  // namespace

Command mount_upload() {
  return {.name = "mount:upload",
          .aliases = {},
          .arguments = "",
          .help = "Copy a directory from here into a mount; what else it holds stays",
          .options = joined({mount_options(),
                             {{"mount", 'm', "PATH", "the mount; default: the only one"},
                              {"source", 0, "DIRECTORY", "what to copy"}}}),
          .run = run};
}

}  // namespace penstock::cli
