#include "cli/properties.h"
#include "cli/session.h"
#include "cli/table.h"
#include "cli/verbs.h"

#include <fmt/format.h>

namespace penstock::cli {
namespace {

int run(Session& session) {
  print_properties(session, session.http().get("/users/me"), session.options.positional(0));
  return 0;
}

}  // namespace

Command auth_info() {
  return {.name = "auth:info",
          .aliases = {},
          .arguments = "[property]",
          .help = "Show who you are logged in as",
          .options = Table::options(),
          .run = run};
}

}  // namespace penstock::cli
