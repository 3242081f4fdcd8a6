#pragma once

#include "daemon/activity_run.h"
#include "git/repository.h"
#include "pipeline/build_plan.h"
#include "runtime/plan.h"
#include "runtime/strategy.h"
#include "runtime/volumes/data_origin.h"
#include "store/deployment.h"
#include "store/environment.h"
#include "store/variable.h"

#include <optional>
#include <vector>

namespace penstock {

namespace config {
struct Configuration;
}

class BuildSlots;
class Deployer;
struct DeployRequest;
class Pipeline;
struct BuiltApplication;
class Repositories;
class Store;

// A commit that is to run in an environment, which need not be stored yet.
struct Source {
  const Environment& environment;
  git::ObjectId commit;
  std::optional<git::Quarantine> quarantine{};
};

// What is to be live again.
struct Rollback {
  Deployment release;
  Strategy strategy = Strategy::StopStart;
  std::optional<DataOrigin> data{};  // none: the environment keeps its own
};

// What releases are made with; all of it outlives them.
struct ReleasesParts {
  Store& store;
  const Repositories& repositories;
  const Pipeline& pipeline;
  BuildSlots& slots;
  Deployer& deployer;
};

// Makes releases out of commits, and puts them live. Thread safe.
class Releases {
 public:
  explicit Releases(ReleasesParts parts) : parts_(parts) {}

  // Builds every application of the commit that is not built yet. Throws UserError when its configuration is not valid
  // or a build fails, after telling why; Cancelled.
  Deployment build(const Source& source, ActivityRun& activity);

  // Of the head of the environment's branch; of what is live instead, when the environment was rolled back from that
  // head. Throws Conflict when nothing has been pushed to it.
  Deployment build_head(const Environment& environment, ActivityRun& activity);

  // What building and deploying it would do, changing nothing. Throws as build() for a configuration that is not
  // valid, after telling `output` why, and as deploy() for a strategy that cannot be used.
  Plan plan(const Source& source, Strategy strategy, OutputSink& output);
  // Of what deploy_head() deploys.
  Plan plan_head(const Environment& environment, Strategy strategy, OutputSink& output);

  // With the variables and resources as they are now; with the data of its parent, when nothing was deployed before,
  // the environment is to have it and `data` says nothing else. Records hooks and timings in the activity. As
  // Deployer::deploy().
  ActivityOutcome deploy(const Environment& environment, Deployment release, ActivityRun& activity,
                         Strategy strategy = Strategy::StopStart, const std::optional<DataOrigin>& data = std::nullopt);
  // What is live, again, with the variables and resources as they are now.
  ActivityOutcome redeploy(const Environment& environment, ActivityRun& activity,
                           const std::optional<DataOrigin>& data = std::nullopt);
  // A release that was kept, with its own variables, on data that was kept with it. Builds what is not there any more.
  ActivityOutcome deploy_kept(const Environment& environment, const Deployment& kept, ActivityRun& activity,
                              const DataOrigin& data);
  // A release that was live before, with its own variables.
  ActivityOutcome roll_back(const Environment& environment, const Rollback& rollback, ActivityRun& activity);
  // What build_head() builds.
  ActivityOutcome deploy_head(const Environment& environment, ActivityRun& activity,
                              Strategy strategy = Strategy::StopStart);

 private:
  struct Wanted {
    git::ObjectId head;
    git::ObjectId commit;
  };

  std::optional<git::ObjectId> head_of(const Environment& environment) const;
  // What build_head() builds: the head of the branch, or what is live where the environment was rolled back from it.
  Wanted wanted(const Environment& environment) const;
  FormerBuilds former_builds(const Environment& environment) const;
  ActivityOutcome put_live(const DeployRequest& request, ActivityRun& activity);
  std::vector<BuiltApplication> build_applications(const Source& source, const git::Repository& repository,
                                                   const config::Configuration& configuration, ActivityRun& activity);
  bool has_artifacts(const Deployment& release) const;
  // Whose data the environment begins with; none: an empty tree, or what it has.
  std::optional<Environment> data_parent(const Environment& environment) const;
  std::vector<Variable> variables_of(const Environment& environment) const;

  const ReleasesParts parts_;
};

}  // namespace penstock
