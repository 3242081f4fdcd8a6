#pragma once

#include "runtime/release_containers.h"
#include "store/activity.h"

namespace penstock {

class StepTimes;

// What is left to do for a committed deployment. Called after its commit, and when a start-up finds it so; safe to
// repeat after a crash at any moment. The post_deploy hook begins at most once.
struct Finish {
  DeployerContext& context;
  ReleaseContainers& containers;  // run
  OutputSink& output;
  StepTimes& times;

  // The post_deploy hooks that ran. Throws Cancelled from a hook: everything else is done then.
  std::vector<ActivityCommand> run(const std::stop_token& stop) const;
};

}  // namespace penstock
