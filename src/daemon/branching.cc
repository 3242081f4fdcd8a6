#include "daemon/branching.h"

#include "base/error.h"
#include "daemon/activities.h"
#include "daemon/activity_queue.h"
#include "daemon/new_environment.h"
#include "daemon/releases.h"
#include "daemon/repositories.h"
#include "daemon/temporary_backup.h"
#include "git/combine.h"
#include "runtime/deployer.h"
#include "store/store.h"

#include <fmt/format.h>

namespace penstock {
namespace {

git::Person person(const api::Principal& who) {
  return {.name = who.name, .email = "noreply@penstock.invalid"};
}

// "**code** and **data**".
std::string listed(const api::Synchronization& what) {
  std::string list;
  for (const auto& [wanted, name] :
       {std::pair{what.code, "code"}, std::pair{what.data, "data"}, std::pair{what.resources, "resources"}}) {
    if (wanted) list += fmt::format("{}**{}**", list.empty() ? "" : " and ", name);
  }
  return list;
}

void check_sense(const api::Synchronization& what) {
  if (!what.code && !what.data && !what.resources) {
    throw UserError("cannot synchronize nothing: name code, data or resources");
  }
  if (what.rebase && !what.code) throw UserError("cannot rebase: that is of code, which is not to be synchronized");
}

}  // namespace

Activity Branching::branch(const Environment& parent, const api::NewBranch& wanted, const api::Principal& who) {
  parts_.repositories.check_branch_name(wanted.name);
  const Environment child = child_of(parent, wanted);
  NewEnvironment{parts_.store, parts_.repositories, child}.check();
  const std::string text =
      fmt::format("**{}** branched environment **{}** from **{}**", who.name, shown_name(child), shown_name(parent));
  return parts_.queue.submit(
      {new_activity("environment.branch", child, who.name, text), [this, child](ActivityRun& run) {
         NewEnvironment{parts_.store, parts_.repositories, child}.create(run.output());
         parts_.store.resources().init(child, ResourcesInit::Parent);
         return parts_.releases.deploy_head(child, run);
       }});
}

Activity Branching::synchronize(const Environment& environment, const api::Synchronization& what,
                                const api::Principal& who) {
  check_sense(what);
  const Environment parent = parent_of(environment);
  if (environment.status != EnvironmentStatus::Active && (what.data || what.resources)) {
    throw Conflict(fmt::format("cannot synchronize data or resources of {}: it is {}", environment.name,
                               to_string(environment.status)));
  }
  const std::string text = fmt::format("**{}** synchronized **{}**'s {} from **{}**", who.name, shown_name(environment),
                                       listed(what), shown_name(parent));
  return parts_.queue.submit({new_activity("environment.synchronize", environment, who.name, text),
                              [this, environment, what, by = person(who)](ActivityRun& run) {
                                return synchronize_now(now(environment), what, by, run);
                              }});
}

Activity Branching::merge(const Environment& environment, const api::Principal& who) {
  const Environment parent = parent_of(environment);
  head_of(environment);
  const std::string text =
      fmt::format("**{}** merged **{}** into **{}**", who.name, shown_name(environment), shown_name(parent));
  return parts_.queue.submit({new_activity("environment.merge", parent, who.name, text),
                              [this, environment, parent, by = person(who)](ActivityRun& run) {
                                return merge_now(now(environment), now(parent), by, run);
                              }});
}

Activity Branching::pause(const Environment& environment, const api::Principal& who) {
  if (environment.type == EnvironmentType::Production) {
    throw Conflict(fmt::format("cannot pause {}: it is production", environment.name));
  }
  if (environment.status != EnvironmentStatus::Active) {
    throw Conflict(fmt::format("cannot pause {}: it is {}", environment.name, to_string(environment.status)));
  }
  const std::string text = fmt::format("**{}** paused **{}**", who.name, shown_name(environment));
  return parts_.queue.submit({new_activity("environment.pause", environment, who.name, text),
                              [this, environment](ActivityRun& run) { return pause_now(now(environment), run); }});
}

Activity Branching::resume(const Environment& environment, const api::Principal& who) {
  if (environment.status != EnvironmentStatus::Paused) {
    throw Conflict(fmt::format("cannot resume {}: it is {}", environment.name, to_string(environment.status)));
  }
  const std::string text = fmt::format("**{}** resumed **{}**", who.name, shown_name(environment));
  return parts_.queue.submit({new_activity("environment.resume", environment, who.name, text),
                              [this, environment](ActivityRun& run) { return resume_now(now(environment), run); }});
}

ActivityOutcome Branching::synchronize_now(const Environment& child, const api::Synchronization& what,
                                           const git::Person& who, ActivityRun& run) {
  const Environment parent = parent_of(child);
  const git::ObjectId head = head_of(child);
  const git::ObjectId wanted = what.code ? synchronized_head(child, parent, what.rebase, who) : head;
  if (what.code && wanted == head) run.output().line(fmt::format("The code of {} is up to date.", child.name));
  std::optional<TemporaryBackup> data;
  if (what.data) data.emplace(parts_.deployer, parent, run.activity().id, run.output());
  const auto origin = data ? std::optional(data->origin()) : std::nullopt;
  if (what.resources) parts_.store.resources().init(child, ResourcesInit::Parent);
  if (wanted != head) return advance(child, wanted, run, origin);
  if (!origin && !what.resources) return ActivityOutcome::success();
  return parts_.releases.redeploy(child, run, origin);
}

git::ObjectId Branching::synchronized_head(const Environment& child, const Environment& parent, bool rebase,
                                           const git::Person& who) const {
  const git::Repository repository = parts_.repositories.open(child.project);
  const git::ObjectId ours = head_of(child);
  const git::ObjectId theirs = head_of(parent);
  if (repository.is_ancestor(theirs, ours)) return ours;
  if (repository.is_ancestor(ours, theirs)) return theirs;
  if (!rebase) {
    throw Conflict(
        fmt::format("cannot synchronize the code of {0}: it has commits that {1} has not; merge it first, "
                    "or have them made again after those of {1} with --rebase",
                    child.name, parent.name));
  }
  const git::Plumbing plumbing = parts_.repositories.plumbing(child.project);
  return git::Rebase{plumbing, repository, ours, theirs, who}.run();
}

ActivityOutcome Branching::merge_now(const Environment& child, const Environment& parent, const git::Person& who,
                                     ActivityRun& run) {
  const git::Repository repository = parts_.repositories.open(parent.project);
  const git::Plumbing plumbing = parts_.repositories.plumbing(parent.project);
  const git::ObjectId into = head_of(parent);
  const std::string message = fmt::format("Merge branch '{}' into {}\n", child.name, parent.name);
  const git::ObjectId merged = git::Merge{plumbing, repository, into, head_of(child), who, message}.run();
  if (merged == into) {
    run.output().line(fmt::format("The branch {} has all of {} already.", parent.name, child.name));
    return ActivityOutcome::success();
  }
  const std::size_t count = repository.commits_between(into, merged).count;
  run.output().line(fmt::format("Found {} new commit{}\n", count, count == 1 ? "" : "s"));
  return advance(parent, merged, run);
}

ActivityOutcome Branching::pause_now(Environment environment, ActivityRun& run) {
  run.output().line(fmt::format("Closing all applications of {}", environment.name));
  environment.status = EnvironmentStatus::Paused;
  parts_.store.environments().update(environment);
  parts_.deployer.stop(environment);
  run.output().line("Its data stays. A push, a redeploy or environment:resume opens it again.");
  return ActivityOutcome::success();
}

ActivityOutcome Branching::resume_now(Environment environment, ActivityRun& run) {
  environment.status = EnvironmentStatus::Active;
  parts_.store.environments().update(environment);
  return parts_.releases.redeploy(environment, run);
}

ActivityOutcome Branching::advance(const Environment& environment, const git::ObjectId& to, ActivityRun& run,
                                   const std::optional<DataOrigin>& data) {
  std::optional<Deployment> release;
  if (environment.status == EnvironmentStatus::Active) {
    release = parts_.releases.build({.environment = environment, .commit = to}, run);
  }
  parts_.repositories.move_branch(environment.project, environment.name, head_of(environment), to);
  if (!release) {
    run.output().line(fmt::format("The environment {} is {}: nothing was deployed.", environment.name,
                                  to_string(environment.status)));
    return ActivityOutcome::success();
  }
  if (environment.settings.enable_manual_deployments && !data) return ActivityOutcome::staged();
  return parts_.releases.deploy(environment, std::move(*release), run, Strategy::StopStart, data);
}

Environment Branching::parent_of(const Environment& environment) const {
  if (!environment.parent) throw Conflict(fmt::format("the environment {} has no parent", environment.name));
  return parts_.store.environments().get(environment.project, *environment.parent);
}

git::ObjectId Branching::head_of(const Environment& environment) const {
  auto head = parts_.repositories.open(environment.project).resolve("refs/heads/" + environment.name);
  if (!head) throw Conflict(fmt::format("nothing has been pushed to {}", environment.name));
  return *std::move(head);
}

Environment Branching::now(const Environment& environment) const {
  return parts_.store.environments().get(environment.project, environment.name);
}

}  // namespace penstock
