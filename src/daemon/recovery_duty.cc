#include "daemon/recovery_duty.h"

#include "base/log.h"
#include "daemon/environment_operations.h"
#include "daemon/repositories.h"
#include "store/store.h"

#include <fmt/format.h>

#include <algorithm>

namespace penstock {
namespace {

bool is_of(const Activity& activity, const Environment& environment) {
  return activity.project == environment.project && activity.environment == environment.name;
}

// A deployment of this commit was tried to its end before.
bool has_been_tried(Store& store, const Environment& environment, const git::ObjectId& commit) {
  const auto deployments = store.deployments().list(environment.project, environment.name);
  return std::any_of(deployments.begin(), deployments.end(), [&](const Deployment& d) { return d.commit == commit; });
}

// Crons and backups leave the branch alone; what was restored may be older than its head on purpose.
bool brings_code(const Activity& activity) {
  return activity.type != kCronActivity && activity.type != "environment.restore" &&
         !activity.type.starts_with("environment.backup");
}

bool is_staged(Store& store, const Environment& environment) {
  ActivityFilter filter;
  filter.project = environment.project;
  filter.environment = environment.name;
  filter.states = {ActivityState::Staged};
  return !store.activities().list(filter).empty();
}

}  // namespace

void RecoveryDuty::run(const std::vector<std::string>& found) {
  for (const std::string& sentence : found) log_of("daemon")->info("recovery: {}", sentence);
  const std::vector<Activity> interrupted = store.activities().unfinished();
  for (const Activity& activity : interrupted) {
    end(activity, found);
    if (activity.type == "environment.branch" || activity.type == "environment.restore") take_back(activity);
  }
  for (const Environment& environment : store.environments().list_all()) {
    if (!is_owed(environment, interrupted)) continue;
    const Activity activity = operations.take_up(environment);
    log_of("daemon")->info("recovery: finishes a push to {} of {}: deploys its head, activity {}", environment.name,
                           environment.project, activity.id);
  }
}

void RecoveryDuty::end(Activity activity, const std::vector<std::string>& found) {
  const auto log = store.logs().open(activity.id);
  log->line(fmt::format(
      "\nE: penstockd ended while this activity was {}.",
      activity.state == ActivityState::Pending ? "waiting for its turn; nothing of it was done" : "under way"));
  const std::string subject =
      fmt::format("environment {} of {}: ", activity.environment.value_or(""), activity.project);
  for (const std::string& sentence : found) {
    if (sentence.starts_with(subject)) log->line("  At the restart: " + sentence.substr(subject.size()));
  }
  activity.state = ActivityState::Complete;
  activity.result = ActivityResult::Failure;
  activity.failure_reason = "error";
  activity.completion_percent = 100;
  activity.completed_at = wall_now();
  store.activities().update(activity);
  log->seal();
}

void RecoveryDuty::take_back(const Activity& making) {
  const std::string& name = making.environment.value();
  const auto environment = store.environments().find(making.project, name);
  if (!environment || environment->type == EnvironmentType::Production) return;
  if (repositories.open(making.project).resolve("refs/heads/" + name)) return;
  store.environments().remove(making.project, name);
}

bool RecoveryDuty::is_owed(const Environment& environment, const std::vector<Activity>& interrupted) const {
  if (environment.status != EnvironmentStatus::Active || is_staged(store, environment)) return false;
  const auto head = repositories.open(environment.project).resolve("refs/heads/" + environment.name);
  const auto live = store.deployments().current(environment.project, environment.name);
  if (!head || (live && live->head == *head)) return false;
  const bool was_interrupted = std::any_of(interrupted.begin(), interrupted.end(), [&](const Activity& activity) {
    return is_of(activity, environment) && brings_code(activity);
  });
  return was_interrupted || !has_been_tried(store, environment, *head);
}

}  // namespace penstock
