#include "daemon/new_environment.h"

#include "base/error.h"
#include "daemon/repositories.h"
#include "store/store.h"

#include <fmt/format.h>

namespace penstock {

Environment child_of(const Environment& parent, const api::NewBranch& wanted) {
  Environment child;
  child.project = parent.project;
  child.name = wanted.name;
  child.machine_name = machine_name_of(wanted.name);
  child.title = wanted.title.empty() ? wanted.name : wanted.title;
  child.type = wanted.type;
  child.parent = parent.name;
  child.status = EnvironmentStatus::Active;
  child.settings.clone_parent_on_create = wanted.clone_parent;
  return child;
}

void NewEnvironment::check() const {
  const bool taken = store.environments().find(environment.project, environment.name) ||
                     repositories.open(environment.project).resolve("refs/heads/" + environment.name);
  if (taken) {
    throw Conflict(fmt::format("cannot create the environment {}: there is one of that name", environment.name));
  }
  parents_head();
}

void NewEnvironment::create(OutputSink& output) const {
  check();
  const git::ObjectId head = parents_head();
  store.environments().add(environment);
  output.line(
      fmt::format("Creating branch refs/heads/{} from branch refs/heads/{}\n", environment.name, *environment.parent));
  repositories.move_branch(environment.project, environment.name, {}, head);
}

std::string NewEnvironment::parents_head() const {
  auto head = repositories.open(environment.project).resolve("refs/heads/" + environment.parent.value());
  if (!head) throw Conflict(fmt::format("nothing has been pushed to {}", *environment.parent));
  return *std::move(head);
}

}  // namespace penstock
