#include "cli/session.h"
#include "cli/table.h"
#include "cli/verbs.h"

#include <fmt/format.h>

#include <ostream>

namespace penstock::cli {
namespace {

int run(Session& session) {
  Table table({{"id", "ID"}, {"title", "Title"}, {"region", "Region"}, {"git_url", "Git URL"}});
  for (const Json& document : session.http().get("/projects")) {
    const client::Project project = client::Project::from_json(document);
    if (session.options.has("pipe")) {
      session.out << project.id << "\n";
    } else {
      table.add({project.id, project.title, document.value("region", ""), project.git_url});
    }
  }
  if (session.options.has("pipe")) return 0;
  table.print(session.options, session.out);
  return 0;
}

}  // namespace

Command project_list() {
  return {.name = "project:list",
          .aliases = {"projects", "pro"},
          .arguments = "",
          .help = "List the projects",
          .options = joined({{{"pipe", 0, "", "print the ids alone"}}, Table::options()}),
          .run = run};
}

}  // namespace penstock::cli
