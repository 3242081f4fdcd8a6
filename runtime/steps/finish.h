#pragma once

#include "runtime/release_containers.h"
#include "runtime/router_client.h"
#include "store/activity.h"

#include <optional>

namespace penstock {

class StepTimes;

// What is left to do for a committed deployment. Called after its commit, and when a start-up finds it so; safe to
// repeat after a crash at any moment. The post_deploy hook begins at most once.
struct Finish {
  struct Done {
    std::vector<ActivityCommand> commands;  // the post_deploy hooks that ran
    std::optional<DrainReport> drained;     // of the release before, if it still ran
  };

  DeployerContext& context;
  ReleaseContainers& containers;  // run
  OutputSink& output;
  StepTimes& times;
  bool patient;  // as DrainRequests::patient

  // Throws Cancelled from a hook: everything else is done then.
  Done run(const std::stop_token& stop) const;
};

}  // namespace penstock
