#pragma once

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
  // Removes a branch, durably.
  void delete_branch(const std::string& project, const std::string& branch);

  bool exists(const std::string& project) const;
  std::filesystem::path path_of(const std::string& project) const { return directory_ / (project + ".git"); }
  git::Repository open(const std::string& project,
                       const std::optional<git::Quarantine>& quarantine = std::nullopt) const;

 private:
  const std::filesystem::path directory_;
  const std::filesystem::path hooks_;
  const std::optional<std::pair<uid_t, gid_t>> owner_;
};

}  // namespace penstock
