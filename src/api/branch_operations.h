// What the API asks of the daemon about how environments descend from each other.
#pragma once

#include "api/principal.h"
#include "store/activity.h"
#include "store/environment.h"

#include <string>

namespace penstock::api {

struct NewBranch {
  std::string name;
  std::string title;
  EnvironmentType type = EnvironmentType::Development;
  bool clone_parent = true;  // with the parent's data
};

struct Synchronization {
  bool code = false;
  bool rebase = false;  // the branch's own commits are made again after the parent's
  bool data = false;
  bool resources = false;
};

// Thread safe. As Operations: what returns an activity has recorded it durably and returns before it has run. Throws
// Conflict when the state of the environments does not allow it, UserError for what makes no sense.
class BranchOperations {
 public:
  virtual ~BranchOperations() = default;

  // An environment that begins as a copy of its parent: its head, its data.
  virtual Activity branch(const Environment& parent, const NewBranch& wanted, const Principal& who) = 0;
  // From its parent.
  virtual Activity synchronize(const Environment& environment, const Synchronization& what, const Principal& who) = 0;
  // Its code into its parent. The activity is the parent's.
  virtual Activity merge(const Environment& environment, const Principal& who) = 0;

  // Nothing of it runs until it is resumed, redeployed or pushed to; its data stays.
  virtual Activity pause(const Environment& environment, const Principal& who) = 0;
  virtual Activity resume(const Environment& environment, const Principal& who) = 0;
};

}  // namespace penstock::api
