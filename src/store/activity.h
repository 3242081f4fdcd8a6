#pragma once

#include "base/clock.h"
#include "base/json.h"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace penstock {

class Database;

enum class ActivityState { Pending, InProgress, Complete, Cancelled, Scheduled, Staged };
enum class ActivityResult { Success, Failure };

// As the API writes them; the readers throw UserError.
std::string_view to_string(ActivityState state);
std::string_view to_string(ActivityResult result);
ActivityState activity_state_of(std::string_view name);
ActivityResult activity_result_of(std::string_view name);

// A hook or cron that ran.
struct ActivityCommand {
  std::string app;
  std::string type;
  int exit_code = 0;
};

// Something that was asked of Penstock, from the asking to its end.
struct Activity {
  std::string id;  // 13 of [a-z0-9]
  std::string project;
  std::optional<std::string> environment;
  std::string type;  // "environment.push"
  ActivityState state = ActivityState::Pending;
  std::optional<ActivityResult> result;
  std::optional<std::string> failure_reason;  // "error" or "shell"
  std::string description;
  std::string text;
  Json parameters = Json::object();
  Json payload = Json::object();
  std::vector<ActivityCommand> commands;
  std::map<std::string, double> timings;  // seconds by phase: wait, build, deploy, …
  int completion_percent = 0;
  WallTime created_at = wall_now();
  WallTime updated_at = created_at;
  std::optional<WallTime> started_at;
  std::optional<WallTime> completed_at;
  std::optional<WallTime> cancelled_at;

  bool finished() const { return state == ActivityState::Complete || state == ActivityState::Cancelled; }
};

// What is empty does not restrict.
struct ActivityFilter {
  std::string project;
  std::optional<std::string> environment;
  std::vector<std::string> types;
  std::vector<ActivityState> states;
  std::vector<ActivityResult> results;
  std::optional<WallTime> starts_at;  // only those created before it
  std::size_t count = 0;              // 0: all
  bool without_quiet_crons = false;   // leaves out crons that ran as they should
};

inline constexpr const char* kCronActivity = "environment.cron";

class Activities {
 public:
  explicit Activities(Database& database) : database_(database) {}

  // Throws Conflict when the id is taken.
  void add(const Activity& activity);
  // Replaces the record and sets its updated_at. Throws NotFound.
  void update(const Activity& activity);

  // Forgets all but the last `keep` of an environment's runs of crons that have ended. Returns which, for their logs.
  std::vector<std::string> forget_crons(const std::string& project, const std::string& environment, std::size_t keep);

  // Throws NotFound.
  Activity get(const std::string& id) const;
  std::optional<Activity> find(const std::string& id) const;
  // Newest first.
  std::vector<Activity> list(const ActivityFilter& filter) const;
  // Pending and in progress, of all projects, oldest first: what a start-up has to take up.
  std::vector<Activity> unfinished() const;

 private:
  Database& database_;
};

}  // namespace penstock
