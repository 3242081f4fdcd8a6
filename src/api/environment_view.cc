#include "api/environment_view.h"

#include "api/urls.h"
#include "git/repository.h"
#include "store/store.h"

namespace penstock::api {

Json EnvironmentView::json(const Environment& environment) const {
  const std::string& project = environment.project;
  EnvironmentFacts facts;
  facts.is_main = store.projects().get(project).default_branch == environment.name;
  facts.head_commit = git::Repository(repositories / (project + ".git")).resolve("refs/heads/" + environment.name);
  ActivityFilter open;
  open.project = project;
  open.environment = environment.name;
  open.states = {ActivityState::Staged, ActivityState::Pending, ActivityState::InProgress};
  for (const Activity& activity : store.activities().list(open)) {
    (activity.state == ActivityState::Staged ? facts.has_staged_activities : facts.is_dirty) = true;
  }
  if (const std::optional<Deployment> release = store.deployments().current(project, environment.name)) {
    facts.sites = urls.sites(environment, *release);
  }
  facts.http_access = store.environments().http_access(environment);
  return environment_json(environment, facts);
}

}  // namespace penstock::api
