#pragma once

#include "daemon/activity_run.h"
#include "daemon/push_session.h"

#include <memory>
#include <string>

namespace penstock {

// Throws UserError, saying what to do, unless the branch may go: not the default one, and nothing runs for it.
void check_deletable(Store& store, const std::string& project, const std::string& branch);

// The activity of deleting a branch by a push: the environment goes with it.
struct BranchDeletion {
  Store& store;
  std::string project;
  std::string branch;
  std::shared_ptr<PushSession> session;

  ActivityOutcome run(ActivityRun& activity) const;
};

}  // namespace penstock
