#include "base/error.h"
#include "cli/session.h"
#include "cli/verbs.h"
#include "client/url.h"

#include <fmt/format.h>

#include <ostream>

namespace penstock::cli {
namespace {

int run(Session& session) {
  const std::optional<std::string> id = session.options.positional(0);
  if (!id) throw UserError("which certificate? Name it: penstock certificate:delete ID");
  if (!session.confirm(fmt::format("Delete the certificate {}?", *id))) return 1;
  const Json accepted = session.http().remove(session.project_path() + "/certificates/" + client::percent_encode(*id));
  session.err << fmt::format("The certificate {} was deleted.\n", *id);
  return session.finish(accepted);
}

}  // namespace

Command certificate_delete() {
  return {.name = "certificate:delete",
          .aliases = {},
          .arguments = "<id>",
          .help = "Delete a certificate",
          .options = joined({project_options(), wait_options()}),
          .run = run};
}

}  // namespace penstock::cli
