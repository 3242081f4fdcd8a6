#include "base/error.h"
#include "cli/session.h"
#include "cli/verbs.h"

#include <fmt/format.h>

#include <ostream>

namespace penstock::cli {
namespace {

int run(Session& session) {
  const std::optional<std::string> id = session.options.positional(0);
  if (!id) throw UserError("which project? penstock project:set-remote ID");
  const client::Project project = client::Project::from_json(session.http().get("/projects/" + *id));
  set_remote(project.git_url);
  session.err << fmt::format("The git remote \"penstock\" is {}, of the project {}.\n", project.git_url, project.title);
  return 0;
}

}  // namespace

Command project_set_remote() {
  return {.name = "project:set-remote",
          .aliases = {"set-remote"},
          .arguments = "ID",
          .help = "Make a project the git remote \"penstock\" of the current repository",
          .options = {},
          .run = run};
}

}  // namespace penstock::cli
