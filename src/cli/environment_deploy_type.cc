#include "base/error.h"
#include "cli/session.h"
#include "cli/verbs.h"

#include <fmt/format.h>

#include <ostream>

namespace penstock::cli {
namespace {

const char* name_of(bool manual) {
  return manual ? "manual" : "automatic";
}

void show(Session& session, bool manual) {
  if (session.options.has("pipe")) {
    session.out << name_of(manual) << "\n";
  } else {
    session.err << fmt::format("Deployment type: {}\n", name_of(manual));
  }
}

int run(Session& session) {
  const std::string path = session.environment_path() + "/settings";
  const bool manual = session.http().get(path).at("enable_manual_deployments").get<bool>();
  const std::optional<std::string> wanted = session.options.positional(0);
  if (!wanted) {
    show(session, manual);
    return 0;
  }
  if (*wanted != "manual" && *wanted != "automatic") throw UserError("the type must be automatic or manual");
  session.err << fmt::format("Changing the deployment type from {} to {}...\n", name_of(manual), *wanted);
  session.http().patch(path, {{"enable_manual_deployments", *wanted == "manual"}});
  session.err << fmt::format("The deployment type was updated successfully to: {}\n", *wanted);
  return 0;
}

}  // namespace

Command environment_deploy_type() {
  return {.name = "environment:deploy:type",
          .aliases = {},
          .arguments = "[automatic|manual]",
          .help = "Show or set whether changes are deployed at once or staged",
          .options = joined({environment_options(), {{"pipe", 0, "", "print the type alone"}}, wait_options()}),
          .run = run};
}

}  // namespace penstock::cli
