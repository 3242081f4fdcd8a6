#include "cli/activity_table.h"

#include "base/error.h"
#include "cli/session.h"
#include "cli/table.h"
#include "client/url.h"

#include <fmt/format.h>

namespace penstock::cli {
namespace {

std::string repeated(const std::string& name, const std::vector<std::string>& values) {
  std::string query;
  for (const std::string& value : values) query += "&" + name + "=" + client::percent_encode(value);
  return query;
}

}  // namespace

void print_activities(Session& session, const Json& activities) {
  Table table({{"id", "ID"},
               {"created", "Created"},
               {"type", "Type"},
               {"description", "Description"},
               {"progress", "Progress"},
               {"state", "State"},
               {"result", "Result"}});
  for (const Json& document : activities) {
    const client::Activity activity = client::Activity::from_json(document);
    table.add({activity.id, activity.created_at, activity.type, activity.description,
               fmt::format("{}%", activity.completion_percent), activity.state,
               activity.failed() ? "failure" : activity.result});
  }
  table.print(session.options, session.out);
}

std::vector<Option> activity_filters(char type_letter) {
  return {{"type", type_letter, "TYPE", "only of this type"},
          {"state", 0, "STATE", "only in this state"},
          {"result", 0, "RESULT", "only with this result: success or failure"},
          {"incomplete", 'i', "", "only pending or in progress"},
          {"all", 'a', "", "of all environments of the project"}};
}

std::string activities_path(Session& session, const std::string& count) {
  const std::string owner = session.options.has("all") ? session.project_path() : session.environment_path();
  std::vector<std::string> states = session.options.list("state");
  if (session.options.has("incomplete")) states = {"pending", "in_progress"};
  return owner + "/activities?count=" + client::percent_encode(count) + repeated("type", session.options.list("type")) +
         repeated("state", states) + repeated("result", session.options.list("result"));
}

std::string chosen_activity(Session& session) {
  if (const auto id = session.options.positional(0)) return *id;
  const Json activities = session.http().get(activities_path(session, "1"));
  if (activities.empty()) throw NotFound("No activities found");
  return activities.front().at("id").get<std::string>();
}

}  // namespace penstock::cli
