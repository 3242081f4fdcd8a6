#include "base/error.h"
#include "cli/session.h"
#include "cli/verbs.h"
#include "client/url.h"

#include <fmt/format.h>

namespace penstock::cli {
namespace {

// The application that has a cron of this name: the one that is meant, or the only one.
std::string application_with(Session& session, const std::string& cron) {
  if (const auto named = session.options.value("app")) return *named;
  std::vector<std::string> applications;
  for (const Json& one : session.http().get(session.environment_path() + "/crons")) {
    if (one.at("name") == cron) applications.push_back(one.at("application"));
  }
  if (applications.empty()) throw NotFound(fmt::format("there is no cron {}; cron:list shows which there are", cron));
  if (applications.size() > 1) {
    throw UserError(fmt::format("several applications have a cron {}: choose one with --app", cron));
  }
  return applications.front();
}

int run(Session& session) {
  const auto cron = session.options.positional(0);
  if (!cron) throw UserError("cannot run a cron: its name is missing");
  const std::string application = application_with(session, *cron);
  const std::string path = fmt::format("{}/crons/{}/{}/run", session.environment_path(),
                                       client::percent_encode(application), client::percent_encode(*cron));
  return session.finish(session.http().post(path, Json::object()));
}

}  // namespace

Command cron_run() {
  return {.name = "cron:run",
          .aliases = {},
          .arguments = "<name>",
          .help = "Run a cron now",
          .options = joined({environment_options(), {{"app", 'A', "NAME", "of this application"}}, wait_options()}),
          .run = run};
}

}  // namespace penstock::cli
