#include "cli/activity_table.h"

#include "base/error.h"
#include "cli/session.h"
#include "cli/table.h"
#include "client/url.h"

#include <fmt/format.h>

#include <algorithm>

namespace penstock::cli {
namespace {

constexpr std::size_t kPageSize = 100;

std::string repeated(const std::string& name, const std::vector<std::string>& values) {
  std::string query;
  for (const std::string& value : values) query += "&" + name + "=" + client::percent_encode(value);
  return query;
}

std::string page_path(Session& session, std::size_t count, const std::string& start) {
  const std::string owner = session.options.has("all") ? session.project_path() : session.environment_path();
  std::vector<std::string> states = session.options.list("state");
  if (session.options.has("incomplete")) states = {"pending", "in_progress"};
  return owner + "/activities?count=" + std::to_string(count) + repeated("type", session.options.list("type")) +
         repeated("state", states) + repeated("result", session.options.list("result")) +
         repeated("starts_at", start.empty() ? std::vector<std::string>() : std::vector{start});
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
          {"exclude-type", 'x', "TYPE", "not of this type"},
          {"state", 0, "STATE", "only in this state"},
          {"result", 0, "RESULT", "only with this result: success or failure"},
          {"incomplete", 'i', "", "only pending or in progress"},
          {"all", 'a', "", "of all environments of the project"}};
}

Json find_activities(Session& session, std::size_t limit, std::string start) {
  const std::vector<std::string> excluded = session.options.list("exclude-type");
  Json found = Json::array();
  while (found.size() < limit) {
    const std::size_t count = std::min(kPageSize, limit - found.size());
    const Json page = session.http().get(page_path(session, count, start));
    for (const Json& activity : page) {
      if (std::find(excluded.begin(), excluded.end(), activity.at("type")) == excluded.end()) found.push_back(activity);
    }
    if (page.size() < count) break;
    start = page.back().at("created_at").get<std::string>();
  }
  return found;
}
std::string chosen_activity(Session& session) {
  if (const auto id = session.options.positional(0)) return *id;
  const Json activities = find_activities(session, 1);
  if (activities.empty()) throw NotFound("No activities found");
  return activities.front().at("id").get<std::string>();
}

}  // namespace penstock::cli
