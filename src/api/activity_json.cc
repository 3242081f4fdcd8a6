#include "api/activity_json.h"

#include "api/urls.h"
#include "store/activity.h"

namespace penstock::api {
namespace {

Json optional_time(const std::optional<WallTime>& time) {
  return time ? Json(iso8601(*time)) : Json(nullptr);
}

template <typename T>
Json optional_value(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json commands_json(const std::vector<ActivityCommand>& commands) {
  Json list = Json::array();
  for (const ActivityCommand& command : commands) {
    list.push_back({{"app", command.app}, {"type", command.type}, {"exit_code", command.exit_code}});
  }
  return list;
}

Json links(const Activity& activity) {
  const std::string self = project_path(activity.project) + "/activities/" + activity.id;
  Json links = {{"self", {{"href", self}}}, {"log", {{"href", self + "/log"}}}};
  if (!activity.finished() && activity.state != ActivityState::Staged) links["#cancel"] = {{"href", self + "/cancel"}};
  return links;
}

}  // namespace

Json activity_json(const Activity& activity) {
  Json document = {
      {"id", activity.id},
      {"project", activity.project},
      {"environments", activity.environment ? Json::array({*activity.environment}) : Json::array()},
      {"type", activity.type},
      {"state", to_string(activity.state)},
      {"result", activity.result ? Json(to_string(*activity.result)) : Json(nullptr)},
      {"failure_reason", optional_value(activity.failure_reason)},
      {"completion_percent", activity.completion_percent},
      {"description", activity.description},
      {"text", activity.text},
      {"parameters", activity.parameters},
      {"payload", activity.payload},
      {"commands", commands_json(activity.commands)},
      {"timings", activity.timings},
      {"created_at", iso8601(activity.created_at)},
      {"updated_at", iso8601(activity.updated_at)},
      {"started_at", optional_time(activity.started_at)},
      {"completed_at", optional_time(activity.completed_at)},
      {"cancelled_at", optional_time(activity.cancelled_at)},
  };
  document["_links"] = links(activity);
  return document;
}

Json accepted(const std::vector<Activity>& activities, Json entity) {
  Json list = Json::array();
  for (const Activity& activity : activities) list.push_back(activity_json(activity));
  return {{"status", "Accepted"},
          {"code", 202},
          {"_embedded", {{"activities", std::move(list)}, {"entity", std::move(entity)}}}};
}

}  // namespace penstock::api
