#include "daemon/backup_keeper.h"

#include "base/error.h"
#include "base/id.h"
#include "daemon/activities.h"
#include "daemon/activity_queue.h"
#include "daemon/backup_file.h"
#include "daemon/new_environment.h"
#include "daemon/releases.h"
#include "daemon/repositories.h"
#include "runtime/deployer.h"
#include "store/store.h"

#include <fmt/format.h>

#include <future>

namespace penstock {
namespace {

constexpr std::size_t kIdLength = 26;
constexpr const char* kCreate = "environment.backup";
constexpr const char* kDelete = "environment.backup.delete";

}  // namespace

Activity BackupKeeper::create_backup(const Environment& environment, bool safe, const api::Principal& who) {
  if (!parts_.store.deployments().current(environment.project, environment.name)) {
    throw Conflict(fmt::format("cannot back up {}: nothing is deployed", environment.name));
  }
  return submit_backup(environment, {.safe = safe}, who.name);
}

Activity BackupKeeper::submit_backup(const Environment& environment, Backup backup, const std::string& who) {
  backup.id = random_id(kIdLength);
  backup.project = environment.project;
  backup.environment = environment.name;
  Activity activity =
      new_activity(kCreate, environment, who, fmt::format("**{}** backed up **{}**", who, shown_name(environment)));
  activity.payload["backup"] = {{"id", backup.id}};
  return parts_.queue.submit({std::move(activity), [this, backup](ActivityRun& run) { return create(backup, run); }});
}

Activity BackupKeeper::restore_backup(const Backup& backup, const api::Restoration& how, const api::Principal& who) {
  const std::string name = how.target.value_or(backup.environment);
  Environment target;
  if (auto known = parts_.store.environments().find(backup.project, name)) {
    target = *std::move(known);
  } else {
    parts_.repositories.check_branch_name(name);
    target.project = backup.project;
    target.name = target.title = name;
  }
  Activity activity = new_activity("environment.restore", target, who.name,
                                   fmt::format("**{}** restored the backup {} of **{}** to **{}**", who.name, backup.id,
                                               backup.environment, shown_name(target)));
  activity.payload["backup"] = {{"id", backup.id}};
  return parts_.queue.submit(
      {std::move(activity), [this, backup, name, how](ActivityRun& run) { return restore(backup, name, how, run); }});
}

void BackupKeeper::export_backup(const Backup& backup, const std::function<void(std::string_view)>& write) {
  const Environment environment = parts_.store.environments().get(backup.project, backup.environment);
  ExportBackup{parts_.repositories, parts_.volumes, backup, environment.key(), parts_.exports}.run(write);
}

// The file is there for as long as its client waits, so this waits too.
Activity BackupKeeper::import_backup(const Environment& environment, std::istream& file, const api::Principal& who) {
  auto ended = std::make_shared<std::promise<void>>();
  const std::string text = fmt::format("**{}** imported a backup to **{}**", who.name, shown_name(environment));
  std::future<void> end = ended->get_future();
  Activity activity =
      parts_.queue.submit({new_activity("environment.backup", environment, who.name, text),
                           [this, environment, &file, ended = std::move(ended)](ActivityRun& run) {
                             const std::shared_ptr<void> told(nullptr, [&](void*) { ended->set_value(); });
                             return take_in(environment, file, run);
                           }});
  end.wait();
  return parts_.store.activities().get(activity.id);
}

Activity BackupKeeper::delete_backup(const Backup& backup, const api::Principal& who) {
  const Environment environment = parts_.store.environments().get(backup.project, backup.environment);
  const std::string text = fmt::format("**{}** deleted a backup of **{}**", who.name, shown_name(environment));
  return parts_.queue.submit({new_activity(kDelete, environment, who.name, text),
                              [this, backup](ActivityRun& run) { return remove(backup, run); }});
}

void BackupKeeper::follow_policy(WallTime now) {
  for (const Backup& backup : parts_.store.backups().list_all()) {
    const bool expired = backup.expires_at && *backup.expires_at <= now;
    const Environment environment = parts_.store.environments().get(backup.project, backup.environment);
    if (expired && !has_unfinished(environment, kDelete)) delete_backup(backup, {.name = "penstock"});
  }
  if (policy_.every.count() == 0) return;
  for (const Environment& environment : parts_.store.environments().list_all()) {
    if (!is_due(environment, now)) continue;
    submit_backup(environment, {.safe = false, .automated = true, .expires_at = now + policy_.kept}, "penstock");
  }
}

// The data comes first: without its record the next sweep forgets it.
ActivityOutcome BackupKeeper::create(Backup backup, ActivityRun& run) {
  const Environment environment = parts_.store.environments().get(backup.project, backup.environment);
  const auto live = parts_.store.deployments().current(backup.project, backup.environment);
  if (!live) throw Conflict(fmt::format("cannot back up {}: nothing is deployed", environment.name));
  run.output().line(fmt::format("Creating backup of {}", environment.name));
  backup.release = *live;
  backup.created_at = wall_now();
  parts_.repositories.plumbing(backup.project)
      .checked("keep the commit of a backup", {"update-ref", backup_reference(backup.id), live->commit});
  parts_.deployer.keep_data(environment, backup.id, backup.safe);
  parts_.store.backups().add(backup);
  run.output().line(fmt::format("Created backup {}", backup.id));
  return ActivityOutcome::success();
}

ActivityOutcome BackupKeeper::restore(const Backup& backup, const std::string& target, const api::Restoration& how,
                                      ActivityRun& run) {
  if (!parts_.store.backups().find(backup.id)) throw NotFound(fmt::format("there is no backup {}", backup.id));
  const Environment source = parts_.store.environments().get(backup.project, backup.environment);
  const Environment environment =
      target_environment(backup.project, target, how.branch_from.value_or(backup.environment), run);
  const DataOrigin data{source.key(), backup.id, "backup " + backup.id};
  run.output().line(fmt::format("Restoring backup {} to {}\n", backup.id, environment.name));
  if (!how.code) return parts_.releases.redeploy(environment, run, data);
  return parts_.releases.deploy_kept(environment, backup.release, run, data);
}

ActivityOutcome BackupKeeper::remove(const Backup& backup, ActivityRun& run) {
  if (!parts_.store.backups().find(backup.id)) return ActivityOutcome::success();
  const Environment environment = parts_.store.environments().get(backup.project, backup.environment);
  parts_.store.backups().remove(backup.id);
  parts_.deployer.forget_data(environment, backup.id);
  parts_.repositories.plumbing(backup.project)
      .checked("forget the commit of a backup", {"update-ref", "-d", backup_reference(backup.id)});
  run.output().line(fmt::format("Deleted backup {}", backup.id));
  return ActivityOutcome::success();
}

ActivityOutcome BackupKeeper::take_in(const Environment& environment, std::istream& file, ActivityRun& run) {
  run.output().line(fmt::format("Importing a backup to {}", environment.name));
  const Backup backup = ImportBackup{.repositories = parts_.repositories,
                                     .volumes = parts_.volumes,
                                     .id = random_id(kIdLength),
                                     .project = environment.project,
                                     .environment = environment.name,
                                     .data_key = environment.key()}
                            .run(file, run.stop());
  parts_.store.backups().add(backup);
  run.output().line(fmt::format("Created backup {}", backup.id));
  return ActivityOutcome::success();
}

bool BackupKeeper::is_due(const Environment& environment, WallTime now) const {
  if (environment.type != EnvironmentType::Production || environment.status != EnvironmentStatus::Active) return false;
  if (!environment.current_deployment || has_unfinished(environment, kCreate)) return false;
  for (const Backup& backup : parts_.store.backups().list(environment.project, environment.name)) {
    if (backup.automated) return backup.created_at + policy_.every <= now;
  }
  return environment.created_at + policy_.every <= now;
}

bool BackupKeeper::has_unfinished(const Environment& environment, const std::string& type) const {
  ActivityFilter filter;
  filter.project = environment.project;
  filter.environment = environment.name;
  filter.types = {type};
  filter.states = {ActivityState::Pending, ActivityState::InProgress};
  return !parts_.store.activities().list(filter).empty();
}

Environment BackupKeeper::target_environment(const std::string& project, const std::string& name,
                                             const std::string& branch_from, ActivityRun& run) {
  Environments& environments = parts_.store.environments();
  if (auto known = environments.find(project, name)) {
    known->status = EnvironmentStatus::Active;
    environments.update(*known);
    return *std::move(known);
  }
  const Environment child = child_of(environments.get(project, branch_from), {.name = name});
  NewEnvironment{parts_.store, parts_.repositories, child}.create(run.output());
  return child;
}

}  // namespace penstock
