#include "base/error.h"
#include "cli/session.h"
#include "cli/verbs.h"

#include <nlohmann/json.hpp>

namespace penstock::cli {
namespace {

int run(Session& session) {
  const std::optional<std::string> name = session.options.positional(0);
  if (!name) throw UserError("which name? penstock environment:branch NAME [PARENT]");
  const std::string parent = session.options.positional(1).value_or(session.environment_name());
  Json body = {{"name", *name},
               {"title", session.options.value_or("title", *name)},
               {"clone_parent", !session.options.has("no-clone-parent")}};
  if (const auto type = session.options.value("type")) body["type"] = *type;
  return session.finish(session.http().post(session.environment_path(parent) + "/branch", body));
}

}  // namespace

Command environment_branch() {
  return {.name = "environment:branch",
          .aliases = {"branch"},
          .arguments = "<name> [parent]",
          .help = "Make an environment that begins as a copy of its parent: code and data",
          .options = joined({environment_options(),
                             {{"title", 0, "TITLE", "of the new environment"},
                              {"type", 0, "TYPE", "development (default) or staging"},
                              {"no-clone-parent", 0, "", "without the parent's data"}},
                             wait_options()}),
          .run = run};
}

}  // namespace penstock::cli
