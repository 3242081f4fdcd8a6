#include "cli/session.h"
#include "cli/verbs.h"

#include <fmt/format.h>

namespace penstock::cli {
namespace {

// True when the environment's branch is to go too.
bool deletes_branch(Session& session, const client::Environment& environment) {
  if (session.options.has("no-delete-branch")) return false;
  return session.options.has("delete-branch") || !environment.is_active();
}

int delete_one(Session& session, const std::string& name) {
  const std::string path = session.environment_path(name);
  const client::Environment environment = client::Environment::from_json(session.http().get(path));
  const bool branch = deletes_branch(session, environment);
  if (environment.is_active()) {
    if (!session.confirm(fmt::format("Deactivate the environment {} and delete its data?", name))) return 1;
    const int status = session.finish(session.http().post(path + "/deactivate", Json::object()));
    if (status != 0 || !branch) return status;
  }
  if (!branch) return 0;
  if (!session.confirm(fmt::format("Delete the branch {}?", name))) return 1;
  return session.finish(session.http().remove(path));
}

int run(Session& session) {
  return session.each_environment([&](const std::string& name) { return delete_one(session, name); });
}

}  // namespace

Command environment_delete() {
  return {.name = "environment:delete",
          .aliases = {},
          .arguments = "[environment]...",
          .help = "Deactivate environments, and delete the branches of those that are inactive",
          .options = joined({environment_options(),
                             {{"delete-branch", 0, "", "delete the branch of an active one too"},
                              {"no-delete-branch", 0, "", "keep the branch"}},
                             wait_options()}),
          .run = run};
}

}  // namespace penstock::cli
