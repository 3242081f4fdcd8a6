#include "base/error.h"
#include "cli/artifact_path.h"
#include "cli/session.h"
#include "cli/verbs.h"

#include <fmt/format.h>

#include <fstream>

namespace penstock::cli {
namespace {

int run(Session& session) {
  const std::string path = artifact_path(session);
  const std::string target = session.options.positional(1).value_or(path.substr(path.rfind('/') + 1) + ".tar");
  std::ofstream file(target, std::ios::binary | std::ios::trunc);
  if (!file) throw Error(fmt::format("cannot write {}", target));
  session.http().download(path + "/export", file);
  file.close();
  if (!file) throw Error(fmt::format("cannot write {}: it is not whole", target));
  session.err << fmt::format("Written to {}. Look at it with: skopeo inspect oci-archive:{}\n", target, target);
  return 0;
}

}  // namespace

Command artifact_export() {
  return {.name = "artifact:export",
          .aliases = {},
          .arguments = "<id> [file]",
          .help = "Save a frozen build as an OCI image archive",
          .options = artifact_options(),
          .run = run};
}

}  // namespace penstock::cli
