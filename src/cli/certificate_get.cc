#include "base/error.h"
#include "cli/properties.h"
#include "cli/session.h"
#include "cli/table.h"
#include "cli/verbs.h"
#include "client/url.h"

namespace penstock::cli {
namespace {

int run(Session& session) {
  const std::optional<std::string> id = session.options.positional(0);
  if (!id) throw UserError("which certificate? Name it: penstock certificate:get ID");
  const Json certificate = session.http().get(session.project_path() + "/certificates/" + client::percent_encode(*id));
  print_properties(session, certificate, session.options.value("property"));
  return 0;
}

}  // namespace

Command certificate_get() {
  return {.name = "certificate:get",
          .aliases = {},
          .arguments = "<id>",
          .help = "Show a certificate",
          .options = joined({project_options(), {{"property", 'P', "NAME", "one property alone"}}, Table::options()}),
          .run = run};
}

}  // namespace penstock::cli
