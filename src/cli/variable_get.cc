#include "base/error.h"
#include "cli/properties.h"
#include "cli/session.h"
#include "cli/table.h"
#include "cli/variable_scope.h"
#include "cli/verbs.h"

#include <fmt/format.h>

#include <ostream>

namespace penstock::cli {
namespace {

int run(Session& session) {
  const std::optional<std::string> name = session.options.positional(0);
  if (!name) throw UserError("which variable? Name it: penstock variable:get NAME");
  const client::Variable variable = find_variable(session, *name);
  if (session.options.has("pipe")) {
    if (variable.is_sensitive) throw UserError(fmt::format("the value of {} is sensitive: it is not shown", *name));
    session.out << variable.value << "\n";
    return 0;
  }
  print_properties(session, variable.document, session.options.value("property"));
  return 0;
}

}  // namespace

Command variable_get() {
  return {
      .name = "variable:get",
      .aliases = {"vget"},
      .arguments = "<name>",
      .help = "Show a variable",
      .options = joined({environment_options(),
                         level_options(),
                         {{"property", 'P', "NAME", "one property alone"}, {"pipe", 0, "", "print the value alone"}},
                         Table::options()}),
      .run = run};
}

}  // namespace penstock::cli
