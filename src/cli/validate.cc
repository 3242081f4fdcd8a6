#include "cli/session.h"
#include "cli/verbs.h"
#include "config/file_source.h"
#include "config/load.h"
#include "image/catalogue.h"
#include "service/service_definitions.h"

#include <fmt/format.h>

#include <ostream>

namespace penstock::cli {
namespace {

int run(Session& session) {
  const std::string folder = session.options.positional(0).value_or(".");
  config::DirectorySource source(folder);
  const config::Loaded loaded =
      config::load(source, {Catalogue::builtin().available(), ServiceDefinitions::builtin().types()});
  if (loaded.ok()) {
    session.err << "Your Penstock application config is valid!\n";
    return 0;
  }
  for (const config::Problem& problem : loaded.problems) session.err << problem.text() << "\n";
  session.err << fmt::format("\n{} {} found.\n", loaded.problems.size(),
                             loaded.problems.size() == 1 ? "problem was" : "problems were");
  return 1;
}

}  // namespace

Command validate() {
  return {.name = "app:config-validate",
          .aliases = {"validate", "lint"},
          .arguments = "[folder]",
          .help = "Check the configuration in a folder's .upsun/; needs no server",
          .options = {},
          .run = run};
}

}  // namespace penstock::cli
