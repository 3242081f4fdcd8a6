#include "daemon/releases.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/id.h"
#include "config/cron_spec.h"
#include "daemon/build_slots.h"
#include "daemon/repositories.h"
#include "daemon/temporary_backup.h"
#include "pipeline/pipeline.h"
#include "runtime/deployer.h"
#include "runtime/release.h"
#include "store/store.h"

#include <fmt/format.h>

#include <algorithm>

namespace penstock {
namespace {

constexpr std::size_t kShownCommit = 7;

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

// The same artifacts and configuration, once more.
Deployment copy_of(const Deployment& release) {
  Deployment copy;
  copy.id = random_id();
  copy.project = release.project;
  copy.environment = release.environment;
  copy.commit = release.commit;
  copy.tree = release.tree;
  copy.configuration = release.configuration;
  copy.artifacts = release.artifacts;
  copy.build_ids = release.build_ids;
  copy.head = release.head;
  return copy;
}

// Crons that ask for more than the project allows run as often as it does.
void tell_frequent_crons(const Environment& environment, const config::Configuration& configuration,
                         const Project& project, OutputSink& output) {
  const std::chrono::minutes least(project.settings.cron_minimum_interval);
  for (const auto& [name, application] : configuration.applications) {
    for (const auto& [cron, what] : application.crons) {
      const auto spec = config::CronSpec::parse(what.spec);
      const auto interval = spec->times(environment.key()).shortest_interval();
      if (interval >= least) continue;
      output.line(
          fmt::format("W: The cron {} of application {} is due every {} min; the project lets it run every {} min",
                      cron, name, interval.count(), least.count()));
    }
  }
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
  tell_frequent_crons(source.environment, configuration, parts_.store.projects().get(project), activity.output());
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
  const Wanted next = wanted(environment);
  if (next.commit != next.head) {
    activity.output().line(fmt::format("The environment was rolled back from {} to {}, where it stays until a push.",
                                       next.head.substr(0, kShownCommit), next.commit.substr(0, kShownCommit)));
  }
  Deployment release = build({.environment = environment, .commit = next.commit}, activity);
  release.head = next.head;
  return release;
}

Releases::Wanted Releases::wanted(const Environment& environment) const {
  const std::optional<git::ObjectId> head = head_of(environment);
  if (!head) throw Conflict(fmt::format("cannot deploy {}: nothing has been pushed to it", environment.name));
  const std::optional<Deployment> live = parts_.store.deployments().current(environment.project, environment.name);
  return {.head = *head, .commit = live && live->head == *head ? live->commit : *head};
}

std::optional<git::ObjectId> Releases::head_of(const Environment& environment) const {
  return parts_.repositories.open(environment.project).resolve("refs/heads/" + environment.name);
}

Plan Releases::plan(const Source& source, Strategy strategy, OutputSink& output) {
  const std::string& project = source.environment.project;
  const git::Repository repository = parts_.repositories.open(project, source.quarantine);
  const config::Configuration configuration = parts_.pipeline.validate(repository, source.commit, output);
  const std::vector<Variable> variables = variables_of(source.environment);
  Deployment release;
  release.commit = source.commit;
  release.tree = repository.tree_of(source.commit);
  release.configuration = configuration.to_json();
  release.variables = release_variables(variables);
  PlanSection builds{"builds", "Builds", {}};
  const Project owner = parts_.store.projects().get(project);
  const BuildRequest request{
      .project = owner, .repository = repository, .commit = source.commit, .variables = variables};
  for (const PlannedBuild& build : parts_.pipeline.plan(request, configuration, former_builds(source.environment))) {
    builds.entries.push_back({build.digest ? "reuse" : "build", build.application, build.why});
    if (build.digest) release.artifacts[build.application] = *build.digest;
  }
  Plan plan = parts_.deployer.plan(source.environment, release, strategy);
  plan.sections.insert(plan.sections.begin(), std::move(builds));
  return plan;
}

Plan Releases::plan_head(const Environment& environment, Strategy strategy, OutputSink& output) {
  const Wanted next = wanted(environment);
  return plan({.environment = environment, .commit = next.commit}, strategy, output);
}

FormerBuilds Releases::former_builds(const Environment& environment) const {
  FormerBuilds builds;
  auto live = parts_.store.deployments().current(environment.project, environment.name);
  if (!live) return builds;
  const Release release = release_of(environment, std::move(*live));
  for (const auto& [application, digest] : release.deployment.artifacts) {
    if (auto artifact = parts_.store.artifacts().find(digest)) {
      builds[application] = {std::move(*artifact), release.variables()};
    }
  }
  return builds;
}

ActivityOutcome Releases::redeploy(const Environment& environment, ActivityRun& activity,
                                   const std::optional<DataOrigin>& data) {
  std::optional<Deployment> live = parts_.store.deployments().current(environment.project, environment.name);
  if (!live) return deploy(environment, build_head(environment, activity), activity, Strategy::StopStart, data);
  return deploy(environment, copy_of(*live), activity, Strategy::StopStart, data);
}

ActivityOutcome Releases::roll_back(const Environment& environment, const Rollback& rollback, ActivityRun& activity) {
  const Deployment& target = rollback.release;
  activity.output().line(fmt::format(
      "Rolling back to deployment {}, commit {}, live from {}\n"
      "  Its artifacts, configuration and variables were kept: nothing is built.\n"
      "  {}",
      target.number, target.commit.substr(0, kShownCommit), iso8601(target.committed_at.value_or(target.created_at)),
      rollback.data ? "Data: that of " + rollback.data->shown + "; what was written since is kept with this deployment."
                    : "Data: stays as it is."));
  Deployment release = copy_of(target);
  release.variables = target.variables;
  release.resources = parts_.store.resources().get(environment.project, environment.name);
  release.head = head_of(environment).value_or(target.head);
  return put_live({.environment = environment,
                   .release = release,
                   .strategy = rollback.strategy,
                   .output = activity.output(),
                   .stop = activity.stop(),
                   .data = rollback.data},
                  activity);
}

ActivityOutcome Releases::deploy_head(const Environment& environment, ActivityRun& activity, Strategy strategy) {
  return deploy(environment, build_head(environment, activity), activity, strategy);
}

ActivityOutcome Releases::deploy(const Environment& environment, Deployment release, ActivityRun& activity,
                                 Strategy strategy, const std::optional<DataOrigin>& data) {
  release.variables = release_variables(variables_of(environment));
  release.resources = parts_.store.resources().get(environment.project, environment.name);
  std::optional<TemporaryBackup> clone;
  if (const auto parent = data ? std::nullopt : data_parent(environment)) {
    clone.emplace(parts_.deployer, *parent, activity.activity().id, activity.output());
  }
  return put_live({.environment = environment,
                   .release = release,
                   .strategy = strategy,
                   .output = activity.output(),
                   .stop = activity.stop(),
                   .data = clone ? clone->origin() : data},
                  activity);
}

ActivityOutcome Releases::deploy_kept(const Environment& environment, const Deployment& kept, ActivityRun& activity,
                                      const DataOrigin& data) {
  Deployment release =
      has_artifacts(kept) ? copy_of(kept) : build({.environment = environment, .commit = kept.commit}, activity);
  release.project = environment.project;
  release.environment = environment.name;
  release.variables = kept.variables;
  release.resources = parts_.store.resources().get(environment.project, environment.name);
  release.head = head_of(environment).value_or(kept.commit);
  return put_live({.environment = environment,
                   .release = release,
                   .output = activity.output(),
                   .stop = activity.stop(),
                   .data = data},
                  activity);
}

bool Releases::has_artifacts(const Deployment& release) const {
  return !release.artifacts.empty() &&
         std::all_of(release.artifacts.begin(), release.artifacts.end(),
                     [this](const auto& artifact) { return parts_.store.artifacts().find(artifact.second); });
}

ActivityOutcome Releases::put_live(const DeployRequest& request, ActivityRun& activity) {
  const Stopwatch watch;
  const DeployResult result = parts_.deployer.deploy(request);
  record(activity, result, seconds(watch.elapsed()));
  if (!result.success()) activity.output().line("\nE: Environment redeployment failed");
  return outcome_of(result);
}

std::optional<Environment> Releases::data_parent(const Environment& environment) const {
  const bool begins = !parts_.store.deployments().current(environment.project, environment.name);
  if (!begins || !environment.parent || !environment.settings.clone_parent_on_create) return std::nullopt;
  std::optional<Environment> parent = parts_.store.environments().find(environment.project, *environment.parent);
  if (!parent || !parts_.deployer.holds_data(*parent)) return std::nullopt;
  return parent;
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
