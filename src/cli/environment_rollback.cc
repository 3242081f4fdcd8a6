#include "cli/session.h"
#include "cli/verbs.h"

namespace penstock::cli {
namespace {

int run(Session& session) {
  Json body = Json::object();
  if (const auto deployment = session.options.positional(0)) body["deployment"] = *deployment;
  if (const auto strategy = session.options.value("strategy")) body["strategy"] = *strategy;
  if (session.options.has("with-data")) body["with_data"] = true;
  return session.finish(session.http().post(session.environment_path() + "/rollback", body));
}

}  // namespace

Command environment_rollback() {
  return {
      .name = "environment:rollback",
      .aliases = {"rollback"},
      .arguments = "[deployment]",
      .help = "Return to a release that was live before, without a build; deployment:list shows them",
      .options = joined({environment_options(),
                         {{"strategy", 's', "STRATEGY", "stopstart or rolling"},
                          {"with-data", 0, "", "the data too, as that release left it: what was written since goes"}},
                         wait_options()}),
      .run = run};
}

}  // namespace penstock::cli
