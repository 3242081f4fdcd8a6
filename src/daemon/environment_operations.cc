#include "daemon/environment_operations.h"

#include "base/error.h"
#include "base/file.h"
#include "daemon/activities.h"
#include "daemon/branch_deletion.h"
#include "daemon/cron_jobs.h"
#include "daemon/releases.h"
#include "daemon/repositories.h"
#include "daemon/rollback_target.h"
#include "runtime/certificates/site_certificates.h"
#include "runtime/deployer.h"
#include "runtime/rolling.h"
#include "store/store.h"

#include <fmt/format.h>

namespace penstock {
namespace {

std::string sentence(const std::string& who, const std::string& did, const Environment& environment) {
  return fmt::format("**{}** {} **{}**", who, did, shown_name(environment));
}

std::string past_of(const std::string& verb) {
  return verb == "create" ? "added" : verb + "d";
}

Environment production(const Project& project) {
  Environment environment;
  environment.project = project.id;
  environment.name = project.default_branch;
  environment.machine_name = machine_name_of(project.default_branch);
  environment.title = project.default_branch;
  environment.type = EnvironmentType::Production;
  environment.status = EnvironmentStatus::Active;
  return environment;
}

std::vector<Activity> open_activities(Store& store, const Project& project) {
  ActivityFilter open;
  open.project = project.id;
  open.states = {ActivityState::Pending, ActivityState::InProgress};
  return store.activities().list(open);
}

// As it is when the activity's turn has come.
Environment now(Store& store, const Environment& environment) {
  return store.environments().get(environment.project, environment.name);
}

}  // namespace

Project EnvironmentOperations::create_project(const std::string& title, const std::string& default_branch) {
  Project project = new_project(title, default_branch);
  parts_.repositories.create(project);
  auto transaction = parts_.store.begin();
  parts_.store.projects().add(project);
  parts_.store.environments().add(production(project));
  transaction.commit();
  return project;
}

void EnvironmentOperations::clear_build_cache(const Project& project) {
  if (!open_activities(parts_.store, project).empty()) {
    throw Conflict("cannot clear the build cache while an activity is under way");
  }
  parts_.store.builds().clear(project.id);
  remove_tree(parts_.caches / project.id);
}

void EnvironmentOperations::delete_project(const Project& project) {
  for (const Activity& activity : open_activities(parts_.store, project)) parts_.queue.cancel(activity.id);
  const std::vector<Environment> environments = parts_.store.environments().list(project.id);
  for (const Environment& environment : environments) parts_.queue.wait_until_idle(project.id, environment.name);
  // First the records: what is left after a crash belongs to nothing, and the next start removes it.
  parts_.store.projects().remove(project.id);
  for (const Environment& environment : environments) parts_.deployer.erase(environment);
  parts_.certificates.forget_project(project.id);
  parts_.repositories.remove(project.id);
  remove_tree(parts_.caches / project.id);
  parts_.queue.note_change();
}

Activity EnvironmentOperations::activate(const Environment& environment, const api::Principal& who) {
  if (environment.status != EnvironmentStatus::Inactive) {
    throw Conflict(fmt::format("cannot activate {}: it is {}", environment.name, to_string(environment.status)));
  }
  if (!parts_.repositories.open(environment.project).resolve("refs/heads/" + environment.name)) {
    throw Conflict(fmt::format("cannot activate {}: nothing has been pushed to it", environment.name));
  }
  return parts_.queue.submit({new_activity("environment.activate", environment, who.name,
                                           sentence(who.name, "activated environment", environment)),
                              [this, environment](ActivityRun& run) {
                                Environment active = now(parts_.store, environment);
                                active.status = EnvironmentStatus::Active;
                                const Deployment release = parts_.releases.build_head(active, run);
                                parts_.store.environments().update(active);
                                return parts_.releases.deploy(active, release, run);
                              }});
}

Activity EnvironmentOperations::deactivate(const Environment& environment, const api::Principal& who) {
  if (environment.status == EnvironmentStatus::Inactive) {
    throw Conflict(fmt::format("cannot deactivate {}: it is inactive", environment.name));
  }
  if (environment.type == EnvironmentType::Production) {
    throw Conflict(fmt::format("cannot deactivate {}: it is production", environment.name));
  }
  return parts_.queue.submit({new_activity("environment.deactivate", environment, who.name,
                                           sentence(who.name, "deactivated environment", environment)),
                              [this, environment](ActivityRun& run) {
                                Environment inactive = now(parts_.store, environment);
                                run.output().line(fmt::format("Closing all applications of {}", inactive.name));
                                inactive.status = EnvironmentStatus::Inactive;
                                parts_.store.environments().update(inactive);
                                parts_.store.deployments().retire(inactive.project, inactive.name);
                                parts_.deployer.erase(inactive);
                                run.output().line("Its data was deleted; the branch stays.");
                                return ActivityOutcome::success();
                              }});
}

Activity EnvironmentOperations::redeploy(const Environment& environment, const api::Principal& who) {
  if (environment.status != EnvironmentStatus::Paused) check_active(environment);
  return parts_.queue.submit({new_activity("environment.redeploy", environment, who.name,
                                           sentence(who.name, "redeployed environment", environment)),
                              [this, environment](ActivityRun& run) {
                                Environment active = now(parts_.store, environment);
                                if (active.status == EnvironmentStatus::Paused) {
                                  active.status = EnvironmentStatus::Active;
                                  parts_.store.environments().update(active);
                                }
                                return parts_.releases.redeploy(active, run);
                              }});
}

Activity EnvironmentOperations::deploy(const Environment& environment, Strategy strategy, const api::Principal& who) {
  check_active(environment);
  if (strategy == Strategy::Rolling) check_rolling(parts_.store, environment);
  return parts_.queue.submit({new_activity("environment.deploy", environment, who.name,
                                           sentence(who.name, "deployed the staged changes of", environment)),
                              [this, environment, strategy](ActivityRun& run) {
                                return deploy_staged(now(parts_.store, environment), strategy, run);
                              }});
}

Plan EnvironmentOperations::plan(const Environment& environment, Strategy strategy) {
  check_active(environment);
  CapturingSink problems;
  try {
    return parts_.releases.plan_head(environment, strategy, problems);
  } catch (const UserError& error) {
    throw UserError(problems.text() + error.what());
  }
}

Activity EnvironmentOperations::roll_back(const Environment& environment, const api::Rollback& rollback,
                                          const api::Principal& who) {
  check_active(environment);
  if (rollback.strategy == Strategy::Rolling) check_rolling(parts_.store, environment);
  if (rollback.strategy == Strategy::Rolling && rollback.with_data) {
    throw UserError("cannot roll back the data with the strategy rolling: both releases would use it");
  }
  const Deployment target = rollback_target(parts_.store, environment, rollback.deployment);
  if (rollback.with_data) rollback_data(parts_.store, parts_.volumes, environment, target);
  Activity activity =
      new_activity("environment.rollback", environment, who.name,
                   fmt::format("**{}** rolled **{}** back to deployment {}{}", who.name, shown_name(environment),
                               target.number, rollback.with_data ? " with its data" : ""));
  activity.parameters["deployment"] = target.id;
  activity.parameters["commit"] = target.commit;
  activity.parameters["with_data"] = rollback.with_data;
  return parts_.queue.submit({std::move(activity), [this, environment, id = target.id, rollback](ActivityRun& run) {
                                return roll_back_now(now(parts_.store, environment), id, rollback, run);
                              }});
}

ActivityOutcome EnvironmentOperations::roll_back_now(const Environment& environment, const std::string& target,
                                                     const api::Rollback& asked, ActivityRun& run) {
  check_active(environment);
  Rollback rollback{.release = rollback_target(parts_.store, environment, target), .strategy = asked.strategy};
  if (asked.with_data) rollback.data = rollback_data(parts_.store, parts_.volumes, environment, rollback.release);
  return parts_.releases.roll_back(environment, rollback, run);
}

Activity EnvironmentOperations::delete_environment(const Environment& environment, const api::Principal& who) {
  check_deletable(parts_.store, environment.project, environment.name);
  return parts_.queue.submit({new_activity("environment.delete", environment, who.name,
                                           sentence(who.name, "deleted environment", environment)),
                              [this, environment](ActivityRun& run) {
                                check_deletable(parts_.store, environment.project, environment.name);
                                parts_.repositories.delete_branch(environment.project, environment.name);
                                parts_.store.environments().remove(environment.project, environment.name);
                                run.output().line(
                                    fmt::format("The environment {} and its branch were deleted.", environment.name));
                                return ActivityOutcome::success();
                              }});
}

Activity EnvironmentOperations::variable_changed(const std::string& project,
                                                 const std::optional<std::string>& environment, const std::string& verb,
                                                 const std::string& name, const api::Principal& who) {
  const std::string text = fmt::format("**{}** {} variable **{}**", who.name, past_of(verb), name);
  if (!environment) {
    return parts_.queue.submit(
        {new_project_activity("project.variable." + verb, project, who.name, text), [](ActivityRun& run) {
           run.output().line("Environments see this after their next deployment.");
           return ActivityOutcome::success();
         }});
  }
  const Environment changed = parts_.store.environments().get(project, *environment);
  return parts_.queue.submit(
      {new_activity("environment.variable." + verb, changed, who.name, text), [this, changed](ActivityRun& run) {
         const Environment current = now(parts_.store, changed);
         if (current.status != EnvironmentStatus::Active || !current.current_deployment) {
           run.output().line("Nothing is deployed here: there is nothing to do.");
           return ActivityOutcome::success();
         }
         if (current.settings.enable_manual_deployments) return ActivityOutcome::staged();
         return parts_.releases.deploy_head(current, run);
       }});
}

Activity EnvironmentOperations::resources_changed(const Environment& environment, const api::Principal& who) {
  return parts_.queue.submit({new_activity("environment.resources.update", environment, who.name,
                                           sentence(who.name, "updated resource allocation on", environment)),
                              [this, environment](ActivityRun& run) {
                                const Environment current = now(parts_.store, environment);
                                if (current.settings.enable_manual_deployments) return ActivityOutcome::staged();
                                if (current.status == EnvironmentStatus::Active)
                                  return parts_.releases.redeploy(current, run);
                                run.output().line("Nothing is deployed here: there is nothing to do.");
                                return ActivityOutcome::success();
                              }});
}

Activity EnvironmentOperations::routing_changed(const Environment& environment, const std::string& property,
                                                const api::Principal& who) {
  const std::string text = fmt::format("**{}** updated **{}** of **{}**", who.name, property, shown_name(environment));
  return parts_.queue.submit({new_activity("environment.update." + property, environment, who.name, text),
                              [this, environment](ActivityRun& run) {
                                parts_.deployer.tell_router(now(parts_.store, environment));
                                run.output().line(
                                    "The router goes by it; environments below see it after their next deployment.");
                                return ActivityOutcome::success();
                              }});
}

Activity EnvironmentOperations::run_cron(const Environment& environment, const std::string& application,
                                         const std::string& cron, const api::Principal& who) {
  check_active(environment);
  const auto begun = parts_.crons.begin({environment.project, environment.name, application, cron}, who.name);
  if (!begun) throw Conflict(fmt::format("cannot run cron {}: a run of it has not ended", cron));
  return *begun;
}

void EnvironmentOperations::cancel(const std::string& activity) {
  if (!parts_.queue.cancel(activity)) {
    throw Conflict(fmt::format("cannot cancel activity {}: it has ended", activity));
  }
}

Activity EnvironmentOperations::take_up(const Environment& environment) {
  return parts_.queue.submit({new_activity("environment.push", environment, "penstock",
                                           sentence("penstock", "took up an interrupted push to", environment)),
                              [this, environment](ActivityRun& run) {
                                return parts_.releases.deploy_head(now(parts_.store, environment), run);
                              }});
}

ActivityOutcome EnvironmentOperations::deploy_staged(const Environment& environment, Strategy strategy,
                                                     ActivityRun& run) {
  ActivityFilter filter;
  filter.project = environment.project;
  filter.environment = environment.name;
  filter.states = {ActivityState::Staged};
  const std::vector<Activity> staged = parts_.store.activities().list(filter);
  ActivityOutcome outcome = parts_.releases.deploy_head(environment, run, strategy);
  for (Activity activity : staged) {
    activity.state = ActivityState::Complete;
    activity.result = outcome.result;
    parts_.store.activities().update(activity);
  }
  return outcome;
}

void EnvironmentOperations::check_active(const Environment& environment) const {
  if (environment.status != EnvironmentStatus::Active) {
    throw Conflict(fmt::format("cannot deploy {}: it is {}", environment.name, to_string(environment.status)));
  }
}

}  // namespace penstock
