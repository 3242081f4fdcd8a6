#include "cli/session.h"
#include "cli/verbs.h"

#include <fmt/format.h>

#include <ostream>

namespace penstock::cli {
namespace {

int run(Session& session) {
  Json body = {{"title", session.options.value_or("title", "Untitled Project")},
               {"default_branch", session.options.value_or("default-branch", "main")}};
  const client::Project project = client::Project::from_json(session.http().post("/projects", body));
  session.err << fmt::format("The project {} was created.\n  Title:   {}\n  Git URL: {}\n", project.id, project.title,
                             project.git_url);
  if (session.options.has("set-remote")) {
    set_remote(project.git_url);
    session.err << fmt::format("\nThe git remote \"penstock\" was set. Deploy with: git push penstock {}\n",
                               project.default_branch);
  }
  session.out << project.id << "\n";
  return 0;
}

}  // namespace

Command project_create() {
  return {.name = "project:create",
          .aliases = {"create"},
          .arguments = "",
          .help = "Create a project and print its id",
          .options = {{"title", 0, "TITLE", "the title"},
                      {"default-branch", 0, "BRANCH", "the branch that is production (default: main)"},
                      {"set-remote", 0, "", "make it the git remote \"penstock\" of the current repository"}},
          .run = run};
}

}  // namespace penstock::cli
