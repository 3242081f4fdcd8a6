#pragma once

#include "runtime/deployer_context.h"
#include "runtime/release_containers.h"
#include "runtime/router_client.h"
#include "runtime/step_times.h"

#include <functional>
#include <optional>
#include <string>

namespace penstock {

// One deployment: it commits, or all that can be taken back is. The strategy says what happens before the commit.
class DeployTransaction {
 public:
  // What brings the release to where it can go live. Throws what keeps it from that.
  using GetReady = void (*)(DeployTransaction& transaction);

  // Adds the release to the store: from here on it is under way until run() has returned, or recovery has ended it.
  DeployTransaction(DeployerContext& context, const DeployRequest& request);

  // As Deployer::deploy().
  DeployResult run(GetReady get_ready);

  // The rest is for the strategy.

  // Does it and takes the time, unless the deployment is to stop.
  void step(const std::string& name, const std::function<void()>& effect);
  // The same, with the intent on disk first.
  void journalled_step(const std::string& name, const std::function<void()>& effect);
  void run_deploy_hooks();
  // No cron runs from here on, until the deployment has ended.
  void pause_crons();
  // A step of its own where there are workers.
  void await_workers();
  // From here on the log ends with what the router did with requests; Undo ends the hold.
  void requests_are_held() { held_ = true; }
  // From here on the live release may not run: Undo starts it again.
  void live_stops() { live_stopped_ = true; }
  void drained(const DrainReport& report) { drained_ = report; }

  Strategy strategy() const { return strategy_; }
  DeployerContext& context() { return context_; }
  const DeployRequest& request() const { return request_; }
  ReleaseContainers& containers() { return containers_; }
  // None: this is the first release.
  ReleaseContainers* live() { return live_ ? &*live_ : nullptr; }

 private:
  void announce();
  void commit();
  void finish();
  void undo(const std::string& reason);
  const char* outcome_of_undo() const;
  void report();
  void fail(const std::string& why);

  DeployerContext& context_;
  const DeployRequest& request_;
  std::optional<ReleaseContainers> live_;
  const Strategy strategy_;
  ReleaseContainers containers_;
  std::optional<CronGate::Pause> crons_;
  bool held_ = false;
  bool live_stopped_ = false;
  std::optional<DrainReport> drained_;
  StepTimes times_;
  DeployResult result_;
};

}  // namespace penstock
