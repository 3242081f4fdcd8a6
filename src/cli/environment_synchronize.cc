#include "base/error.h"
#include "cli/session.h"
#include "cli/verbs.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace penstock::cli {
namespace {

int run(Session& session) {
  Json body = Json::object();
  for (const std::string& what : session.options.positional()) {
    if (what != "code" && what != "data" && what != "resources") {
      throw UserError(fmt::format("cannot synchronize {}: there are code, data and resources", what));
    }
    body["synchronize_" + what] = true;
  }
  if (body.empty()) throw UserError("what? penstock environment:synchronize [code] [data] [resources]");
  body["rebase"] = session.options.has("rebase");
  if (body.contains("synchronize_data") &&
      !session.confirm(fmt::format("Replace the data of {} by its parent's?", session.environment_name()))) {
    return 1;
  }
  return session.finish(session.http().post(session.environment_path() + "/synchronize", body));
}

}  // namespace

Command environment_synchronize() {
  return {.name = "environment:synchronize",
          .aliases = {"sync"},
          .arguments = "[code] [data] [resources]",
          .help = "Bring an environment what its parent has",
          .options = joined({environment_options(),
                             {{"rebase", 0, "", "make the environment's own commits again after the parent's"}},
                             wait_options()}),
          .run = run};
}

}  // namespace penstock::cli
