#pragma once

#include "runtime/deployer_context.h"
#include "runtime/release_containers.h"
#include "runtime/step_times.h"

#include <functional>
#include <optional>
#include <string>

namespace penstock {

// The default strategy: requests wait while the live release stops and the new one starts; data is quiet in between, so
// that all of it can be taken back.
class StopStart {
 public:
  // Adds the release to the store: from here on it is under way until run() has returned, or recovery has ended it.
  StopStart(DeployerContext& context, const DeployRequest& request);

  // As Deployer::deploy().
  DeployResult run();

 private:
  void announce();
  // Every step up to the commit. Throws what keeps the release from going live.
  void go_live();
  // Journals the intent, then does it, unless the deployment is to stop.
  void step(const std::string& name, const std::function<void()>& effect);
  void run_deploy_hooks();
  void finish();
  void undo(const std::string& reason);
  void report();
  void fail(const std::string& why);

  DeployerContext& context_;
  const DeployRequest& request_;
  std::optional<ReleaseContainers> live_;  // none: this is the first release
  ReleaseContainers containers_;
  bool held_ = false;
  StepTimes times_;
  DeployResult result_;
};

}  // namespace penstock
