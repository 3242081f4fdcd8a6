#include "daemon/repositories.h"

#include "base/error.h"
#include "base/file.h"
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

void Repositories::check_branch_name(const std::string& branch) const {
  if (!git::is_branch_name(branch)) throw UserError("cannot use \"" + branch + "\" as the name of a branch");
}

void Repositories::move_branch(const std::string& project, const std::string& branch, const git::ObjectId& from,
                               const git::ObjectId& to) {
  const git::ObjectId expected = from.empty() ? git::ObjectId(to.size(), '0') : from;
  const CommandResult result = plumbing(project).run({"update-ref", "refs/heads/" + branch, to, expected});
  if (!result.status.success()) throw Conflict("cannot move branch " + branch + ": " + result.err);
}

void Repositories::delete_branch(const std::string& project, const std::string& branch) {
  plumbing(project).checked("delete branch " + branch, {"update-ref", "-d", "refs/heads/" + branch});
}

bool Repositories::exists(const std::string& project) const {
  return std::filesystem::exists(path_of(project));
}

git::Repository Repositories::open(const std::string& project, const std::optional<git::Quarantine>& quarantine) const {
  return git::Repository(path_of(project), quarantine);
}

}  // namespace penstock
