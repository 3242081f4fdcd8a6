#include "store/activity.h"

#include "base/error.h"
#include "store/database.h"
#include "store/names.h"

namespace penstock {
namespace {

constexpr Names<ActivityState, 6> kStates{{{ActivityState::Pending, "pending"},
                                           {ActivityState::InProgress, "in_progress"},
                                           {ActivityState::Complete, "complete"},
                                           {ActivityState::Cancelled, "cancelled"},
                                           {ActivityState::Scheduled, "scheduled"},
                                           {ActivityState::Staged, "staged"}}};
constexpr Names<ActivityResult, 2> kResults{
    {{ActivityResult::Success, "success"}, {ActivityResult::Failure, "failure"}}};

Json to_json(const std::vector<ActivityCommand>& commands) {
  Json json = Json::array();
  for (const ActivityCommand& command : commands) {
    json.push_back({{"app", command.app}, {"type", command.type}, {"exit_code", command.exit_code}});
  }
  return json;
}

std::vector<ActivityCommand> commands_in(const Json& json) {
  std::vector<ActivityCommand> commands;
  for (const Json& item : json) {
    commands.push_back({.app = item.at("app"), .type = item.at("type"), .exit_code = item.at("exit_code")});
  }
  return commands;
}

std::optional<std::string_view> name_of_result(const Activity& activity) {
  if (!activity.result) return std::nullopt;
  return to_string(*activity.result);
}

std::optional<ActivityResult> result_in(const std::optional<std::string>& name) {
  if (!name) return std::nullopt;
  return activity_result_of(*name);
}

Activity activity_in(Statement& row) {
  return {.id = row.text(),
          .project = row.text(),
          .environment = row.optional_text(),
          .type = row.text(),
          .state = activity_state_of(row.text()),
          .result = result_in(row.optional_text()),
          .failure_reason = row.optional_text(),
          .description = row.text(),
          .text = row.text(),
          .parameters = row.json(),
          .payload = row.json(),
          .commands = commands_in(row.json()),
          .timings = row.json().get<std::map<std::string, double>>(),
          .completion_percent = static_cast<int>(row.integer()),
          .created_at = row.time(),
          .updated_at = row.time(),
          .started_at = row.optional_time(),
          .completed_at = row.optional_time(),
          .cancelled_at = row.optional_time()};
}

std::vector<Activity> all_of(Statement row) {
  std::vector<Activity> result;
  while (row.step()) result.push_back(activity_in(row));
  return result;
}

template <typename E>
Json names_of(const std::vector<E>& values) {
  Json names = Json::array();
  for (const E value : values) names.push_back(to_string(value));
  return names;
}

[[noreturn]] void unknown(const std::string& id) {
  throw NotFound("there is no activity " + id);
}

}  // namespace

std::string_view to_string(ActivityState state) {
  return name_of(kStates, state);
}
std::string_view to_string(ActivityResult result) {
  return name_of(kResults, result);
}
ActivityState activity_state_of(std::string_view name) {
  return value_of(kStates, name, "activity state");
}
ActivityResult activity_result_of(std::string_view name) {
  return value_of(kResults, name, "activity result");
}

void Activities::add(const Activity& activity) {
  const int added = database_.run(
      "INSERT INTO activities VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
      activity.id, activity.project, activity.environment, activity.type, to_string(activity.state),
      name_of_result(activity), activity.failure_reason, activity.description, activity.text, activity.parameters,
      activity.payload, to_json(activity.commands), Json(activity.timings), activity.completion_percent,
      activity.created_at, activity.updated_at, activity.started_at, activity.completed_at, activity.cancelled_at);
  if (added == 0) throw Conflict("cannot add activity " + activity.id + ": it exists already");
}

void Activities::update(const Activity& activity) {
  const int changed = database_.run(
      "UPDATE activities SET environment = ?, type = ?, state = ?, result = ?, failure_reason = ?, description = ?, "
      "text = ?, parameters = ?, payload = ?, commands = ?, timings = ?, completion_percent = ?, updated_at = ?, "
      "started_at = ?, completed_at = ?, cancelled_at = ? WHERE id = ?",
      activity.environment, activity.type, to_string(activity.state), name_of_result(activity), activity.failure_reason,
      activity.description, activity.text, activity.parameters, activity.payload, to_json(activity.commands),
      Json(activity.timings), activity.completion_percent, wall_now(), activity.started_at, activity.completed_at,
      activity.cancelled_at, activity.id);
  if (changed == 0) unknown(activity.id);
}

Activity Activities::get(const std::string& id) const {
  std::optional<Activity> found = find(id);
  if (!found) unknown(id);
  return *std::move(found);
}

std::optional<Activity> Activities::find(const std::string& id) const {
  Statement row = database_.query("SELECT * FROM activities WHERE id = ?", id);
  if (!row.step()) return std::nullopt;
  return activity_in(row);
}

std::vector<Activity> Activities::list(const ActivityFilter& filter) const {
  const std::int64_t limit = filter.count == 0 ? -1 : static_cast<std::int64_t>(filter.count);
  return all_of(
      database_.query("SELECT * FROM activities WHERE (?1 = '' OR project = ?1) AND (?2 IS NULL OR environment = ?2) "
                      "AND (?3 = '[]' OR type IN (SELECT value FROM json_each(?3))) "
                      "AND (?4 = '[]' OR state IN (SELECT value FROM json_each(?4))) "
                      "AND (?5 = '[]' OR result IN (SELECT value FROM json_each(?5))) "
                      "AND (?6 IS NULL OR created_at < ?6) "
                      "AND (?8 = 0 OR type <> 'environment.cron' OR ifnull(result, '') <> 'success') ORDER BY "
                      "created_at DESC, rowid DESC LIMIT ?7",
                      filter.project, filter.environment, Json(filter.types), names_of(filter.states),
                      names_of(filter.results), filter.starts_at, limit, filter.without_quiet_crons ? 1 : 0));
}

std::vector<std::string> Activities::forget_crons(const std::string& project, const std::string& environment,
                                                  std::size_t keep) {
  Statement row = database_.query(
      "DELETE FROM activities WHERE id IN (SELECT id FROM activities WHERE project = ? AND environment = ? "
      "AND type = 'environment.cron' AND completed_at IS NOT NULL ORDER BY created_at DESC, rowid DESC "
      "LIMIT -1 OFFSET ?) RETURNING id",
      project, environment, static_cast<std::int64_t>(keep));
  std::vector<std::string> forgotten;
  while (row.step()) forgotten.push_back(row.text());
  return forgotten;
}

std::vector<Activity> Activities::unfinished() const {
  return all_of(
      database_.query("SELECT * FROM activities WHERE state IN ('pending', 'in_progress') ORDER BY created_at, rowid"));
}

}  // namespace penstock
