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
  // Does it and takes the time, unless the deployment is to stop.
  void step(const std::string& name, const std::function<void()>& effect);
  // The same, with the intent on disk first.
  void journalled_step(const std::string& name, const std::function<void()>& effect);
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
  bool stopped_ = false;  // the live release
  StepTimes times_;
  DeployResult result_;
};

}  // namespace penstock
