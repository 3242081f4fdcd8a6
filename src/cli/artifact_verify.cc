#include "cli/artifact_path.h"
#include "cli/session.h"
#include "cli/verbs.h"

#include <fmt/format.h>

#include <ostream>

namespace penstock::cli {
namespace {

int run(Session& session) {
  const std::string path = artifact_path(session);
  const Json answer = session.http().post(path + "/verify", Json::object());
  const bool intact = answer.at("intact").get<bool>();
  session.err << (intact ? "The artifact is intact.\n"
                         : "The artifact is damaged: " + answer.value("message", "") + "\n");
  return intact ? 0 : 1;
}

}  // namespace

Command artifact_verify() {
  return {.name = "artifact:verify",
          .aliases = {},
          .arguments = "<id>",
          .help = "Check that a frozen build is byte for byte what its id says",
          .options = artifact_options(),
          .run = run};
}

}  // namespace penstock::cli
