#include "base/error.h"
#include "cli/session.h"
#include "cli/verbs.h"

#include <fmt/format.h>

#include <ostream>

namespace penstock::cli {
namespace {

int run(Session& session) {
  const Json environment = session.http().get(session.environment_path());
  const Json& routes = environment.at("_links").at("pf:routes");
  if (routes.empty())
    throw UserError(fmt::format("The environment {} has no URL: nothing is deployed there",
                                environment.at("id").get<std::string>()));
  for (const Json& route : routes) {
    session.out << route.at("href").get<std::string>() << "\n";
    if (session.options.has("primary")) break;
  }
  return 0;
}

}  // namespace

Command environment_url() {
  return {.name = "environment:url",
          .aliases = {"url"},
          .arguments = "",
          .help = "Print the URLs of an environment",
          .options = joined(
              {environment_options(),
               {{"primary", '1', "", "the primary one alone"}, {"pipe", 0, "", "print the URLs alone (as always)"}}}),
          .run = run};
}

}  // namespace penstock::cli
