#include "daemon/branch_deletion.h"

#include "base/error.h"
#include "store/store.h"

#include <fmt/format.h>

namespace penstock {

void check_deletable(Store& store, const std::string& project, const std::string& branch) {
  if (branch == store.projects().get(project).default_branch) {
    throw UserError(fmt::format("cannot delete {}: it is the default branch, which is production", branch));
  }
  const auto environment = store.environments().find(project, branch);
  if (environment && environment->status != EnvironmentStatus::Inactive) {
    throw UserError(
        fmt::format("cannot delete {0}: its environment is {1}; deactivate it first: penstock "
                    "environment:deactivate {0}",
                    branch, to_string(environment->status)));
  }
}

ActivityOutcome BranchDeletion::run(ActivityRun& activity) const {
  activity.watch(session->terminal());
  check_deletable(store, project, branch);
  session->decide(PushSession::Verdict::Accept);
  if (session->wait_for_fate(activity.stop()) != PushSession::Fate::Moved) {
    activity.output().line(
        "E: The branch is still there: git refused to delete it, or another part of the push failed.");
    return ActivityOutcome::failure("error");
  }
  if (store.environments().find(project, branch)) store.environments().remove(project, branch);
  activity.output().line(fmt::format("The environment {} was deleted.", branch));
  return ActivityOutcome::success();
}

}  // namespace penstock
