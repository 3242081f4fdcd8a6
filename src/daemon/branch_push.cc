#include "daemon/branch_push.h"

#include "base/error.h"
#include "daemon/releases.h"
#include "daemon/repositories.h"
#include "runtime/rolling.h"
#include "store/store.h"

#include <fmt/format.h>

namespace penstock {
namespace {

std::string short_id(const git::ObjectId& id) {
  return id.substr(0, 7);
}

Json commits_json(const git::CommitRange& range) {
  Json commits = Json::array();
  for (const git::Commit& commit : range.newest) {
    commits.push_back({{"sha", commit.id}, {"author", {{"name", commit.author.name}}}, {"message", commit.message}});
  }
  return commits;
}

}  // namespace

ActivityOutcome BranchPush::run(ActivityRun& activity) const {
  activity.watch(session->terminal());
  if (!is_still_there(activity.output())) return ActivityOutcome::failure("error");
  tell_commits(activity);
  const Environment environment = planned();
  if (options.strategy == Strategy::Rolling) check_strategy(environment, activity.output());
  std::optional<Deployment> release;
  if (environment.status == EnvironmentStatus::Active) {
    release = releases.build({.environment = environment, .commit = update.new_id, .quarantine = quarantine}, activity);
  }
  session->decide(PushSession::Verdict::Accept);
  if (session->wait_for_fate(activity.stop()) != PushSession::Fate::Moved) {
    activity.output().line(
        fmt::format("E: The branch {} did not move: git refused it, or another part of the push failed.", branch));
    return ActivityOutcome::failure("error");
  }
  store_environment(environment);
  return after_move(activity, environment, std::move(release));
}

void BranchPush::plan(OutputSink& output) const {
  const Environment environment = planned();
  if (environment.status != EnvironmentStatus::Active) {
    output.line(fmt::format("Plan for environment {}: it is {}; its code would be stored, nothing built or deployed.",
                            environment.name, to_string(environment.status)));
    return;
  }
  const bool staged = environment.settings.enable_manual_deployments;
  Plan plan = releases.plan({.environment = environment, .commit = update.new_id, .quarantine = quarantine},
                            staged ? Strategy::StopStart : options.strategy, output);
  if (staged) plan.notes.emplace_back("The push would build and be staged; environment:deploy would do the rest.");
  plan.write(output);
}

bool BranchPush::is_still_there(OutputSink& output) const {
  const git::ObjectId none(update.old_id.size(), '0');
  const git::ObjectId head = repositories.open(project).resolve(update.ref).value_or(none);
  if (head == update.old_id) return true;
  output.line(fmt::format("E: The branch {} moved while this push waited: from {} to {}. Fetch, then push again.",
                          branch, short_id(update.old_id), short_id(head)));
  return false;
}

void BranchPush::tell_commits(ActivityRun& activity) const {
  const git::Repository repository = repositories.open(project, quarantine);
  const git::CommitRange range = repository.commits_between(known_commit(repository), update.new_id);
  activity.output().line(fmt::format("\nFound {} new commit{}", range.count, range.count == 1 ? "" : "s"));
  activity.record([&](Activity& record) {
    record.payload["commits"] = commits_json(range);
    record.payload["commits_count"] = range.count;
  });
}

// From where on commits are new: of a branch that is new, the default branch.
std::optional<git::ObjectId> BranchPush::known_commit(const git::Repository& repository) const {
  if (!git::is_null(update.old_id)) return update.old_id;
  return repository.resolve("refs/heads/" + store.projects().get(project).default_branch);
}

Environment BranchPush::planned() const {
  const std::string default_branch = store.projects().get(project).default_branch;
  Environment environment;
  if (auto known = store.environments().find(project, branch)) {
    environment = *known;
  } else {
    environment.project = project;
    environment.name = branch;
    environment.machine_name = machine_name_of(branch);
    environment.title = branch;
    environment.parent = default_branch;
  }
  const bool resumes = environment.status == EnvironmentStatus::Paused;
  if (options.activate || resumes) environment.status = EnvironmentStatus::Active;
  if (options.title) environment.title = *options.title;
  if (branch == default_branch) return environment;
  if (options.parent) environment.parent = store.environments().get(project, *options.parent).name;
  if (options.type) environment.type = *options.type;
  if (options.clone_parent) environment.settings.clone_parent_on_create = *options.clone_parent;
  return environment;
}

// Before anything is built or moves: the same commit can then be pushed again with another strategy.
void BranchPush::check_strategy(const Environment& environment, OutputSink& output) const {
  if (environment.settings.enable_manual_deployments) {
    output.line("The activity will be staged, ignoring the deployment strategy.");
  } else {
    check_rolling(store, environment);
  }
}

void BranchPush::store_environment(const Environment& environment) const {
  if (store.environments().find(project, branch)) {
    store.environments().update(environment);
  } else {
    store.environments().add(environment);
    store.resources().init(environment, options.resources);
  }
}

ActivityOutcome BranchPush::after_move(ActivityRun& activity, const Environment& environment,
                                       std::optional<Deployment> release) const {
  if (!release) {
    activity.output().line(
        fmt::format("\nThe environment {0} is inactive: its code was stored, nothing was built.\n"
                    "  To build and deploy it: penstock environment:activate {0}\n"
                    "  or push with: git push -o environment.status=active …",
                    environment.name));
    return ActivityOutcome::success();
  }
  if (environment.settings.enable_manual_deployments) {
    activity.output().line("\nThe push is built and staged. To deploy it: penstock environment:deploy");
    return ActivityOutcome::staged();
  }
  return releases.deploy(environment, std::move(*release), activity, options.strategy);
}

}  // namespace penstock
