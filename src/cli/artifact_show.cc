#include "cli/artifact_path.h"
#include "cli/properties.h"
#include "cli/session.h"
#include "cli/table.h"
#include "cli/verbs.h"

#include <fmt/format.h>

namespace penstock::cli {
namespace {

int run(Session& session) {
  const std::string path = artifact_path(session);
  print_properties(session, session.http().get(path), session.options.value("property"));
  return 0;
}

}  // namespace

Command artifact_show() {
  return {.name = "artifact:show",
          .aliases = {},
          .arguments = "<id>",
          .help = "Show a frozen build and its manifest; the first digits of its id are enough",
          .options = joined({artifact_options(), {{"property", 'P', "NAME", "one property alone"}}, Table::options()}),
          .run = run};
}

}  // namespace penstock::cli
