#include "api/environment_view.h"

#include "api/urls.h"
#include "git/repository.h"
#include "runtime/rolling.h"
#include "store/store.h"

namespace penstock::api {

Json EnvironmentView::json(const Environment& environment) const {
  const std::string& project = environment.project;
  EnvironmentFacts facts;
  const Project record = store.projects().get(project);
  facts.is_main = record.default_branch == environment.name;
  facts.supports_rolling = record.settings.allow_rolling_deployments;
  facts.can_roll = can_roll(record, environment);
  facts.head_commit = git::Repository(repositories / (project + ".git")).resolve("refs/heads/" + environment.name);
  facts.has_staged_activities = has_staged_activities(environment);
  facts.is_dirty = has_activities(environment, {ActivityState::Pending, ActivityState::InProgress});
  if (const std::optional<Deployment> release = store.deployments().current(project, environment.name)) {
    facts.sites = urls.sites(environment, *release);
  }
  facts.http_access = store.environments().http_access(environment);
  return environment_json(environment, facts);
}

bool EnvironmentView::has_staged_activities(const Environment& environment) const {
  return has_activities(environment, {ActivityState::Staged});
}

bool EnvironmentView::has_activities(const Environment& environment, std::vector<ActivityState> states) const {
  ActivityFilter filter;
  filter.project = environment.project;
  filter.environment = environment.name;
  filter.states = std::move(states);
  return !store.activities().list(filter).empty();
}

}  // namespace penstock::api
