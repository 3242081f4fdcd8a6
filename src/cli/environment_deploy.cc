#include "base/error.h"
#include "cli/activity_table.h"
#include "cli/session.h"
#include "cli/table.h"
#include "cli/verbs.h"

#include <fmt/format.h>

#include <ostream>

namespace penstock::cli {
namespace {

std::string strategy_of(Session& session) {
  std::string strategy = session.options.value_or("strategy", "stopstart");
  if (strategy != "stopstart" && strategy != "rolling") {
    throw UserError(fmt::format("there is no strategy \"{}\": there are stopstart and rolling", strategy));
  }
  return strategy;
}

void check_available(Session& session, const std::string& strategy) {
  if (strategy == "rolling" &&
      !client::Environment::from_json(session.http().get(session.environment_path())).can_roll) {
    throw UserError("The chosen strategy is not available for this environment.");
  }
}

int print_plan(Session& session, const std::string& strategy) {
  const Json answer =
      session.http().post(session.environment_path() + "/deploy", {{"strategy", strategy}, {"dry_run", true}});
  if (session.options.value_or("format", "plain") == "json") {
    session.out << answer.at("plan").dump(2) << "\n";
  } else {
    session.out << answer.at("text").get<std::string>() << "\nThis was a plan: nothing has changed.\n";
  }
  return 0;
}

int run(Session& session) {
  const std::string strategy = strategy_of(session);
  if (session.options.has("dry-run")) return print_plan(session, strategy);
  const std::string path = session.environment_path();
  const Json staged = session.http().get(path + "/activities?state=staged&count=1000");
  if (staged.empty()) {
    session.err << fmt::format("The environment {} has no staged changes to deploy.\n", session.environment_name());
    return 0;
  }
  check_available(session, strategy);
  print_activities(session, staged);
  return session.finish(session.http().post(path + "/deploy", {{"strategy", strategy}}));
}

}  // namespace

Command environment_deploy() {
  return {.name = "environment:deploy",
          .aliases = {"deploy"},
          .arguments = "",
          .help = "Deploy the staged changes of an environment with manual deployments",
          .options = joined({environment_options(),
                             {{"strategy", 's', "STRATEGY", "stopstart or rolling"},
                              {"dry-run", 0, "", "only print what it would do; as JSON with --format json"}},
                             wait_options(),
                             Table::options()}),
          .run = run};
}

}  // namespace penstock::cli
