#pragma once

#include "git/plumbing.h"
#include "git/repository.h"

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <utility>

namespace penstock {

struct Project;

// The bare repositories of all projects. Thread safe.
class Repositories {
 public:
  Repositories(std::filesystem::path directory, std::filesystem::path hooks,
               std::optional<std::pair<uid_t, gid_t>> owner);

  void create(const Project& project);
  void remove(const std::string& project);
  // Throws UserError for what cannot be one.
  void check_branch_name(const std::string& branch) const;
  // Durably, and only from where the branch is expected to be: an empty id stands for none. Throws Conflict when it is
  // elsewhere.
  void move_branch(const std::string& project, const std::string& branch, const git::ObjectId& from,
                   const git::ObjectId& to);
  // Removes a branch, durably.
  void delete_branch(const std::string& project, const std::string& branch);

  bool exists(const std::string& project) const;
  std::filesystem::path path_of(const std::string& project) const { return directory_ / (project + ".git"); }
  git::Repository open(const std::string& project,
                       const std::optional<git::Quarantine>& quarantine = std::nullopt) const;
  git::Plumbing plumbing(const std::string& project) const { return {path_of(project), owner_}; }

 private:
  const std::filesystem::path directory_;
  const std::filesystem::path hooks_;
  const std::optional<std::pair<uid_t, gid_t>> owner_;
};

}  // namespace penstock
