#include "cli/artifact_path.h"
#include "cli/session.h"
#include "cli/table.h"
#include "cli/verbs.h"

#include <fmt/format.h>

#include <ostream>

namespace penstock::cli {
namespace {

int run(Session& session) {
  Table table({{"id", "ID"},
               {"application", "Application"},
               {"commit", "Commit"},
               {"size", "Size"},
               {"created", "Created"},
               {"in_use", "In use"}});
  constexpr std::size_t short_length = 12;
  const bool whole = session.options.has("full");
  for (const Json& document : session.http().get(artifacts_path(session))) {
    const client::Artifact artifact = client::Artifact::from_json(document);
    if (session.options.has("pipe")) {
      session.out << artifact.digest << "\n";
      continue;
    }
    table.add({whole ? artifact.digest : artifact.digest.substr(0, short_length), artifact.application,
               artifact.commit.substr(0, 7), fmt::format("{}", artifact.size), artifact.created_at,
               artifact.in_use ? "yes" : "no"});
  }
  if (!session.options.has("pipe")) table.print(session.options, session.out);
  return 0;
}

}  // namespace

Command artifact_list() {
  return {.name = "artifact:list",
          .aliases = {"artifacts"},
          .arguments = "",
          .help = "List the frozen builds",
          .options = joined({artifact_options(),
                             {{"full", 0, "", "whole ids"}, {"pipe", 0, "", "print whole ids alone"}},
                             Table::options()}),
          .run = run};
}

}  // namespace penstock::cli
