#include "cli/command.h"

namespace penstock::cli {

std::vector<Option> project_options() {
  return {{"project", 'p', "ID", "the project; default: that of the git remote"}};
}

std::vector<Option> environment_options() {
  return joined(
      {project_options(), {{"environment", 'e', "NAME", "the environment; default: the branch checked out"}}});
}

std::vector<Option> wait_options() {
  return {{"no-wait", 'W', "", "do not wait for the activity to end"},
          {"wait", 0, "", "wait for the activity to end (default)"}};
}

std::vector<Option> joined(const std::vector<std::vector<Option>>& groups) {
  std::vector<Option> all;
  for (const auto& group : groups) all.insert(all.end(), group.begin(), group.end());
  return all;
}

}  // namespace penstock::cli
