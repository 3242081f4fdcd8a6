#include "daemon/repositories.h"

#include "base/error.h"
#include "base/file.h"
#include "base/process.h"
#include "git/create.h"
#include "store/project.h"

namespace penstock {

Repositories::Repositories(std::filesystem::path directory, std::filesystem::path hooks,
                           std::optional<std::pair<uid_t, gid_t>> owner)
    : directory_(std::move(directory)), hooks_(std::move(hooks)), owner_(owner) {
  std::filesystem::create_directories(directory_);
}

void Repositories::create(const Project& project) {
  git::CreateRepository create{.path = path_of(project.id), .hooks = hooks_, .owner = owner_};
  create.default_branch = project.default_branch;
  create.run();
}

void Repositories::remove(const std::string& project) {
  remove_tree(path_of(project));
}

void Repositories::delete_branch(const std::string& project, const std::string& branch) {
  CommandOptions options;
  options.process.argv = {"git", "--git-dir", path_of(project).string(), "update-ref", "-d", "refs/heads/" + branch};
  options.process.user = owner_;
  const CommandResult result = run_command(options);
  if (!result.status.success()) throw Error("cannot delete branch " + branch + ": " + result.err);
}

bool Repositories::exists(const std::string& project) const {
  return std::filesystem::exists(path_of(project));
}

git::Repository Repositories::open(const std::string& project, const std::optional<git::Quarantine>& quarantine) const {
  return git::Repository(path_of(project), quarantine);
}

}  // namespace penstock
