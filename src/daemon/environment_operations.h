#pragma once

#include "api/operations.h"
#include "daemon/activity_queue.h"

#include <filesystem>
#include <utility>

namespace penstock {

class CronJobs;
class Deployer;
class Releases;
class Repositories;
class SiteCertificates;
class VolumePool;

// What the operations work with; all of it outlives them.
struct EnvironmentOperationsParts {
  Store& store;
  ActivityQueue& queue;
  CronJobs& crons;
  Repositories& repositories;
  Releases& releases;
  Deployer& deployer;
  SiteCertificates& certificates;
  const VolumePool& volumes;
  std::filesystem::path caches;  // of builds, by project
};

// What the API asks for, as activities of the queue.
class EnvironmentOperations : public api::Operations {
 public:
  explicit EnvironmentOperations(EnvironmentOperationsParts parts) : parts_(std::move(parts)) {}

  Project create_project(const std::string& title, const std::string& default_branch) override;
  void delete_project(const Project& project) override;

  void clear_build_cache(const Project& project) override;
  Activity activate(const Environment& environment, const api::Principal& who) override;
  Activity deactivate(const Environment& environment, const api::Principal& who) override;
  Activity redeploy(const Environment& environment, const api::Principal& who) override;
  Activity deploy(const Environment& environment, Strategy strategy, const api::Principal& who) override;
  Plan plan(const Environment& environment, Strategy strategy) override;
  Activity roll_back(const Environment& environment, const api::Rollback& rollback, const api::Principal& who) override;
  Activity delete_environment(const Environment& environment, const api::Principal& who) override;

  Activity variable_changed(const std::string& project, const std::optional<std::string>& environment,
                            const std::string& verb, const std::string& name, const api::Principal& who) override;

  Activity resources_changed(const Environment& environment, const api::Principal& who) override;
  Activity routing_changed(const Environment& environment, const std::string& property,
                           const api::Principal& who) override;

  Activity run_cron(const Environment& environment, const std::string& application, const std::string& cron,
                    const api::Principal& who) override;

  void cancel(const std::string& activity) override;

  // For a branch whose head was pushed but never deployed, because penstockd ended in between.
  Activity take_up(const Environment& environment);

 private:
  ActivityOutcome roll_back_now(const Environment& environment, const std::string& target, const api::Rollback& asked,
                                ActivityRun& run);
  ActivityOutcome deploy_staged(const Environment& environment, Strategy strategy, ActivityRun& run);
  void check_active(const Environment& environment) const;

  const EnvironmentOperationsParts parts_;
};

}  // namespace penstock
