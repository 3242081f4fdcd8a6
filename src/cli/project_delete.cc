#include "cli/session.h"
#include "cli/verbs.h"

#include <fmt/format.h>

#include <ostream>

namespace penstock::cli {
namespace {

int run(Session& session) {
  const client::Project project = client::Project::from_json(session.http().get(session.project_path()));
  if (!session.confirm(fmt::format("Delete the project {} ({}) with all its environments, data and code?",
                                   project.title, project.id))) {
    return 1;
  }
  session.http().remove(session.project_path());
  session.err << fmt::format("The project {} was deleted.\n", project.id);
  return 0;
}

}  // namespace

Command project_delete() {
  return {.name = "project:delete",
          .aliases = {},
          .arguments = "",
          .help = "Delete a project with all it holds",
          .options = project_options(),
          .run = run};
}

}  // namespace penstock::cli
