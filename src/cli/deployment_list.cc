#include "cli/session.h"
#include "cli/table.h"
#include "cli/verbs.h"

namespace penstock::cli {
namespace {

constexpr std::size_t kShownCommit = 7;

std::string status_of(const Json& release) {
  const bool stayed_back = release.at("commit") != release.at("head");
  const std::string status = release.at("is_current").get<bool>() ? "live" : release.at("status").get<std::string>();
  return status + (stayed_back ? ", rolled back" : "");
}

int run(Session& session) {
  Table table({{"number", "Number"},
               {"id", "ID"},
               {"commit", "Commit"},
               {"created", "Created"},
               {"strategy", "Strategy"},
               {"status", "Status"},
               {"data", "Data"}});
  for (const Json& release : session.http().get(session.environment_path() + "/releases")) {
    table.add({release.at("number").dump(), release.at("id"),
               release.at("commit").get<std::string>().substr(0, kShownCommit), release.at("created_at"),
               release.at("strategy"), status_of(release), release.at("has_data").get<bool>() ? "kept" : ""});
  }
  table.print(session.options, session.out);
  return 0;
}

}  // namespace

Command deployment_list() {
  return {.name = "deployment:list",
          .aliases = {"deployments"},
          .arguments = "",
          .help = "List an environment's deployments that are kept: what environment:rollback can return to",
          .options = joined({environment_options(), Table::options()}),
          .run = run};
}

}  // namespace penstock::cli
