#include "cli/session.h"
#include "cli/verbs.h"

#include <fmt/format.h>

#include <ostream>

namespace penstock::cli {
namespace {

int run(Session& session) {
  Credentials::forget();
  session.err << "You are logged out.\n";
  return 0;
}

}  // namespace

Command logout() {
  return {.name = "auth:logout",
          .aliases = {"logout"},
          .arguments = "",
          .help = "Forget the API token",
          .options = {},
          .run = run};
}

}  // namespace penstock::cli
