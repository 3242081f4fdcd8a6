#pragma once

#include "api/backup_operations.h"
#include "daemon/activity_run.h"
#include "git/repository.h"

#include <chrono>
#include <filesystem>
#include <string>
#include <utility>

namespace penstock {

class ActivityQueue;
class Deployer;
class Releases;
class Repositories;
class Store;
class VolumePool;

// What keeping backups works with; all of it outlives it.
struct BackupKeeperParts {
  Store& store;
  ActivityQueue& queue;
  Repositories& repositories;
  Releases& releases;
  Deployer& deployer;
  VolumePool& volumes;
  std::filesystem::path exports;  // a directory for what is made on the way
};

// The automatic backups of production environments.
struct BackupPolicy {
  std::chrono::hours every{24};  // 0: none
  std::chrono::hours kept{48};
};

// Takes, restores and deletes backups, as activities of the queue.
class BackupKeeper : public api::BackupOperations {
 public:
  BackupKeeper(BackupKeeperParts parts, BackupPolicy policy) : parts_(std::move(parts)), policy_(policy) {}

  Activity create_backup(const Environment& environment, bool safe, const api::Principal& who) override;
  Activity restore_backup(const Backup& backup, const api::Restoration& how, const api::Principal& who) override;
  void export_backup(const Backup& backup, const std::function<void(std::string_view)>& write) override;
  Activity import_backup(const Environment& environment, std::istream& file, const api::Principal& who) override;
  Activity delete_backup(const Backup& backup, const api::Principal& who) override;

  // Begins what the policy wants at that time: backups that are due, the end of those that have expired. They are live:
  // no request is held for them.
  void follow_policy(WallTime now);

 private:
  Activity submit_backup(const Environment& environment, Backup backup, const std::string& who);
  // What the activities do.
  ActivityOutcome create(Backup backup, ActivityRun& run);
  ActivityOutcome restore(const Backup& backup, const std::string& target, const api::Restoration& how,
                          ActivityRun& run);
  ActivityOutcome remove(const Backup& backup, ActivityRun& run);
  ActivityOutcome take_in(const Environment& environment, std::istream& file, ActivityRun& run);

  bool is_due(const Environment& environment, WallTime now) const;
  bool has_unfinished(const Environment& environment, const std::string& type) const;
  // The target as it is when the activity's turn has come, made when it does not exist.
  Environment target_environment(const std::string& project, const std::string& name, const std::string& branch_from,
                                 ActivityRun& run);

  const BackupKeeperParts parts_;
  const BackupPolicy policy_;
};

}  // namespace penstock
