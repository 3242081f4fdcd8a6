#include "cli/session.h"
#include "cli/verbs.h"
#include "client/url.h"

#include <fmt/format.h>

#include <ostream>

namespace penstock::cli {
namespace {

std::string query(Session& session) {
  std::string query = "?lines=" + session.options.value_or("lines", "100");
  query += "&log=" + client::percent_encode(session.options.positional(0).value_or("app"));
  for (const char* const part : {"app", "worker", "instance"}) {
    if (const auto wanted = session.options.value(part)) {
      query += fmt::format("&{}={}", part, client::percent_encode(*wanted));
    }
  }
  if (session.options.has("tail")) query += "&follow=true";
  return query;
}

int run(Session& session) {
  session.http().get_lines(session.environment_path() + "/logs" + query(session), [&session](std::string_view line) {
    session.out << line << "\n" << std::flush;
    return session.out.good();
  });
  return 0;
}

}  // namespace

Command environment_logs() {
  return {.name = "environment:logs",
          .aliases = {"log", "logs"},
          .arguments = "[app|access]",
          .help = "Show what the applications of an environment print, or the requests that it got",
          .options = joined({environment_options(),
                             {{"lines", 0, "N", "how many of the last lines (default: 100)"},
                              {"tail", 0, "", "go on showing new lines"},
                              {"app", 'A', "NAME", "one application or service alone"},
                              {"worker", 0, "NAME", "the workers of this name alone"},
                              {"instance", 'I', "N", "the instances of this number alone, counted from 0"}}}),
          .run = run};
}

}  // namespace penstock::cli
