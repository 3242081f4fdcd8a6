#include "base/error.h"
#include "cli/activity_table.h"
#include "cli/session.h"
#include "cli/table.h"
#include "cli/verbs.h"

#include <fmt/format.h>

#include <charconv>
#include <ostream>

namespace penstock::cli {
namespace {

std::size_t limit_of(const Options& options) {
  const std::string text = options.value_or("limit", "10");
  std::size_t limit = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), limit);
  if (error != std::errc() || end != text.data() + text.size() || limit == 0) {
    throw UserError(fmt::format("cannot use --limit {}: it must be a number from 1", text));
  }
  return limit;
}

// A day alone is its first moment.
std::string start_of(const Options& options) {
  constexpr std::size_t day_size = sizeof "2026-11-21" - 1;
  const std::string start = options.value_or("start", "");
  return start.size() == day_size ? start + "T00:00:00Z" : start;
}

int run(Session& session) {
  const Json activities = find_activities(session, limit_of(session.options), start_of(session.options));
  if (activities.empty()) {
    session.err << "No activities found\n";
    return 1;
  }
  session.err << fmt::format("Activities on the project {}{}:\n", session.project(),
                             session.options.has("all") ? "" : ", environment " + session.environment_name());
  print_activities(session, activities);
  return 0;
}

}  // namespace

Command activity_list() {
  return {.name = "activity:list",
          .aliases = {"activities", "act"},
          .arguments = "",
          .help = "List what was asked of an environment and how it ended",
          .options = joined({environment_options(),
                             activity_filters(),
                             {{"limit", 0, "N", "how many (default: 10)"},
                              {"start", 0, "TIME", "only from before this time: 2026-11-21, or 2026-11-21T08:30:00Z"}},
                             Table::options()}),
          .run = run};
}

}  // namespace penstock::cli
