#include "cli/properties.h"
#include "cli/session.h"
#include "cli/table.h"
#include "cli/verbs.h"

#include <fmt/format.h>

#include <ostream>

namespace penstock::cli {
namespace {

// Settings are a resource of their own, but people look for them here.
Json with_settings(Session& session) {
  Json environment = session.http().get(session.environment_path());
  const Json settings = session.http().get(session.environment_path() + "/settings");
  for (const auto& [name, value] : settings.items()) {
    if (name != "_links") environment[name] = value;
  }
  return environment;
}

int run(Session& session) {
  const std::optional<std::string> property = session.options.positional(0);
  const std::optional<std::string> value = session.options.positional(1);
  if (!property || !value) {
    print_properties(session, with_settings(session), property);
    return 0;
  }
  const bool is_setting = session.http().get(session.environment_path() + "/settings").contains(*property);
  const std::string path = session.environment_path() + (is_setting ? "/settings" : "");
  session.http().patch(path, {{*property, is_setting ? typed(*value) : Json(*value)}});
  session.err << fmt::format("Property {} set to: {}\n", *property, *value);
  return 0;
}

}  // namespace

Command environment_info() {
  return {.name = "environment:info",
          .aliases = {},
          .arguments = "[property] [value]",
          .help = "Read or set properties and settings of an environment",
          .options = joined({environment_options(), wait_options(), Table::options()}),
          .run = run};
}

}  // namespace penstock::cli
