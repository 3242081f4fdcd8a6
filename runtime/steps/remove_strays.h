#pragma once

namespace penstock {

struct DeployerContext;

// Removes what no environment has a use for: containers, snapshots, scratch and mounts that a crash left. For start-up,
// when nothing is under way. Data of environments is never touched.
struct RemoveStrays {
  DeployerContext& context;

  void run() const;
};

}  // namespace penstock
