#pragma once

#include "runtime/release_containers.h"
#include "store/activity.h"

namespace penstock {

enum class HookKind { Deploy, PostDeploy };

// Runs one kind of hook of each application, in the order they started.
struct RunHooks {
  HookKind kind;
  ReleaseContainers& containers;
  OutputSink& output;

  // Those that ran and how they ended: with a deploy hook that fails, no other runs. Throws Cancelled.
  std::vector<ActivityCommand> run(const std::stop_token& stop) const;
};

// "the deploy hook of application app failed with status code 1", or nothing.
std::string failed_hook(const std::vector<ActivityCommand>& commands);

}  // namespace penstock
