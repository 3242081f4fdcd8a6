#pragma once

#include "api/branch_operations.h"
#include "daemon/activity_run.h"
#include "git/repository.h"
#include "runtime/volumes/data_origin.h"

#include <optional>
#include <string>

namespace penstock {

class ActivityQueue;
class Deployer;
class Releases;
class Repositories;
class Store;

// What branching works with; all of it outlives it.
struct BranchingParts {
  Store& store;
  ActivityQueue& queue;
  Repositories& repositories;
  Releases& releases;
  Deployer& deployer;
};

// What the API asks about how environments descend from each other, as activities of the queue.
class Branching : public api::BranchOperations {
 public:
  explicit Branching(BranchingParts parts) : parts_(parts) {}

  Activity branch(const Environment& parent, const api::NewBranch& wanted, const api::Principal& who) override;
  Activity synchronize(const Environment& environment, const api::Synchronization& what,
                       const api::Principal& who) override;
  Activity merge(const Environment& environment, const api::Principal& who) override;
  Activity pause(const Environment& environment, const api::Principal& who) override;
  Activity resume(const Environment& environment, const api::Principal& who) override;

 private:
  // What the activities do, each with the environments as they are when its turn has come.
  ActivityOutcome synchronize_now(const Environment& child, const api::Synchronization& what, const git::Person& who,
                                  ActivityRun& run);
  ActivityOutcome merge_now(const Environment& child, const Environment& parent, const git::Person& who,
                            ActivityRun& run);
  ActivityOutcome pause_now(Environment environment, ActivityRun& run);
  ActivityOutcome resume_now(Environment environment, ActivityRun& run);

  // Moves the branch to a commit that builds, and deploys it where something is to run.
  ActivityOutcome advance(const Environment& environment, const git::ObjectId& to, ActivityRun& run,
                          const std::optional<DataOrigin>& data = std::nullopt);
  git::ObjectId synchronized_head(const Environment& child, const Environment& parent, bool rebase,
                                  const git::Person& who) const;

  Environment parent_of(const Environment& environment) const;
  git::ObjectId head_of(const Environment& environment) const;
  Environment now(const Environment& environment) const;

  const BranchingParts parts_;
};

}  // namespace penstock
