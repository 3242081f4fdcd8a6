#pragma once

#include "api/push_handler.h"
#include "daemon/activity_run.h"
#include "daemon/push_options.h"
#include "daemon/push_session.h"
#include "store/deployment.h"
#include "store/environment.h"

#include <memory>
#include <optional>
#include <string>

namespace penstock {

class Releases;
class Repositories;

// The activity of pushing one branch: build, wait until git has moved the branch, deploy.
struct BranchPush {
  Store& store;
  const Repositories& repositories;
  Releases& releases;
  std::string project;
  std::string branch;
  RefUpdate update;
  PushOptions options;
  std::optional<git::Quarantine> quarantine;
  std::shared_ptr<PushSession> session;

  ActivityOutcome run(ActivityRun& activity) const;
  // Tells what run() would do, and changes nothing.
  void plan(OutputSink& output) const;

 private:
  // False, told on the output, when the branch is no longer where the pusher saw it.
  bool is_still_there(OutputSink& output) const;
  void tell_commits(ActivityRun& activity) const;
  std::optional<git::ObjectId> known_commit(const git::Repository& repository) const;
  // As it is to be once the branch has moved. Not stored.
  Environment planned() const;
  void check_strategy(const Environment& environment, OutputSink& output) const;
  void store_environment(const Environment& environment) const;
  ActivityOutcome after_move(ActivityRun& activity, const Environment& environment,
                             std::optional<Deployment> release) const;
};

}  // namespace penstock
