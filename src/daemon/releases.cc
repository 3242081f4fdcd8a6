#include "daemon/releases.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/id.h"
#include "daemon/build_slots.h"
#include "daemon/repositories.h"
#include "pipeline/pipeline.h"
#include "runtime/deployer.h"
#include "runtime/release.h"
#include "store/store.h"

#include <fmt/format.h>

#include <algorithm>

namespace penstock {
namespace {

double seconds(std::chrono::nanoseconds duration) {
  return std::chrono::duration<double>(duration).count();
}

ActivityOutcome outcome_of(const DeployResult& result) {
  switch (result.failure_reason) {
    case DeployResult::FailureReason::None:
      return ActivityOutcome::success();
    case DeployResult::FailureReason::Shell:
      return ActivityOutcome::failure("shell");
    case DeployResult::FailureReason::Error:
      return ActivityOutcome::failure("error");
  }
  return ActivityOutcome::failure("error");
}

void record(ActivityRun& activity, const DeployResult& result, double took) {
  activity.record([&](Activity& record) {
    record.commands.insert(record.commands.end(), result.commands.begin(), result.commands.end());
    record.timings["deploy"] = took;
    for (const StepTime& step : result.timings) record.payload["deployment"]["steps"][step.step] = seconds(step.took);
  });
}

// A branch that is new inherits what its parent lets it.
void keep_inheritable(std::vector<Variable>& variables, const std::string& parent) {
  std::erase_if(variables, [&parent](const Variable& v) { return v.environment == parent && !v.is_inheritable; });
}

}  // namespace

Deployment Releases::build(const Source& source, ActivityRun& activity) {
  const Stopwatch watch;
  const std::string& project = source.environment.project;
  const git::Repository repository = parts_.repositories.open(project, source.quarantine);
  const config::Configuration configuration = parts_.pipeline.validate(repository, source.commit, activity.output());
  Deployment release;
  release.id = random_id();
  release.project = project;
  release.environment = source.environment.name;
  release.commit = source.commit;
  release.tree = repository.tree_of(source.commit);
  release.configuration = configuration.to_json();
  for (const BuiltApplication& built : build_applications(source, repository, configuration, activity)) {
    release.artifacts[built.application] = built.digest;
    release.build_ids[built.application] = built.build_id;
  }
  activity.record([&](Activity& record) {
    record.timings["build"] = seconds(watch.elapsed());
    record.completion_percent = 50;
  });
  return release;
}

std::vector<BuiltApplication> Releases::build_applications(const Source& source, const git::Repository& repository,
                                                           const config::Configuration& configuration,
                                                           ActivityRun& activity) {
  const Project project = parts_.store.projects().get(source.environment.project);
  const BuildSlots::Slot slot = parts_.slots.take(activity.stop());
  try {
    return parts_.pipeline.build({.project = project,
                                  .repository = repository,
                                  .commit = source.commit,
                                  .variables = variables_of(source.environment)},
                                 configuration, activity.output(), activity.stop());
  } catch (const UserError& error) {
    throw ToldFailure(error.what());
  }
}

Deployment Releases::build_head(const Environment& environment, ActivityRun& activity) {
  const std::optional<git::ObjectId> head =
      parts_.repositories.open(environment.project).resolve("refs/heads/" + environment.name);
  if (!head) throw Conflict(fmt::format("cannot deploy {}: nothing has been pushed to it", environment.name));
  return build({.environment = environment, .commit = *head}, activity);
}

ActivityOutcome Releases::redeploy(const Environment& environment, ActivityRun& activity) {
  std::optional<Deployment> live = parts_.store.deployments().current(environment.project, environment.name);
  if (!live) return deploy_head(environment, activity);
  Deployment release;
  release.id = random_id();
  release.project = live->project;
  release.environment = live->environment;
  release.commit = live->commit;
  release.tree = live->tree;
  release.configuration = live->configuration;
  release.artifacts = live->artifacts;
  release.build_ids = live->build_ids;
  return deploy(environment, std::move(release), activity);
}

ActivityOutcome Releases::deploy_head(const Environment& environment, ActivityRun& activity, Strategy strategy) {
  return deploy(environment, build_head(environment, activity), activity, strategy);
}

ActivityOutcome Releases::deploy(const Environment& environment, Deployment release, ActivityRun& activity,
                                 Strategy strategy) {
  const Stopwatch watch;
  release.variables = release_variables(variables_of(environment));
  const DeployResult result = parts_.deployer.deploy({.environment = environment,
                                                      .release = release,
                                                      .strategy = strategy,
                                                      .output = activity.output(),
                                                      .stop = activity.stop()});
  record(activity, result, seconds(watch.elapsed()));
  if (!result.success()) activity.output().line("\nE: Environment redeployment failed");
  return outcome_of(result);
}

std::vector<Variable> Releases::variables_of(const Environment& environment) const {
  const std::string& project = environment.project;
  if (parts_.store.environments().find(project, environment.name)) {
    return parts_.store.variables().effective(project, environment.name);
  }
  if (!environment.parent || !parts_.store.environments().find(project, *environment.parent)) {
    return parts_.store.variables().list(project, std::nullopt);
  }
  std::vector<Variable> variables = parts_.store.variables().effective(project, *environment.parent);
  keep_inheritable(variables, *environment.parent);
  return variables;
}

}  // namespace penstock
