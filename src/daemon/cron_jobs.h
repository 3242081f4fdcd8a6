#pragma once

#include "base/synchronized.h"
#include "daemon/activity_run.h"
#include "store/cron_run.h"

#include <optional>
#include <set>
#include <string>

namespace penstock {

class ActivityQueue;
class Deployer;

// Who wants what is due.
inline constexpr const char* kCronUser = "Penstock Bot";

// Runs crons as activities: one at a time of each application. Thread safe; must outlive the queue's activities.
class CronJobs {
 public:
  CronJobs(Store& store, ActivityQueue& queue, Deployer& deployer)
      : store_(store), queue_(queue), deployer_(deployer) {}

  // Durably noted as begun before it is queued, so that it runs at most once. Nothing when a run of the same cron has
  // not ended. `who` wants it. Throws NotFound without such an environment.
  std::optional<Activity> begin(const CronId& cron, const std::string& who);

 private:
  ActivityOutcome run(const CronId& cron, ActivityRun& activity);

  Store& store_;
  ActivityQueue& queue_;
  Deployer& deployer_;
  Synchronized<std::set<CronId>> open_;
};

}  // namespace penstock
