#pragma once

#include "base/clock.h"

#include <optional>
#include <string>
#include <vector>

namespace penstock {

class Database;

struct ProjectSettings {
  bool allow_rolling_deployments = true;
  int cron_minimum_interval = 5;  // minutes between two runs of a cron
};

struct Project {
  std::string id;  // 13 of [a-z0-9]
  std::string title;
  std::string default_branch = "main";
  std::string entropy;  // PLATFORM_PROJECT_ENTROPY; a secret
  WallTime created_at = wall_now();
  WallTime updated_at = created_at;
  ProjectSettings settings{};
};

// A project with a fresh id and entropy. Not stored yet.
Project new_project(std::string title, std::string default_branch = "main");

class Projects {
 public:
  explicit Projects(Database& database) : database_(database) {}

  // Throws Conflict when the id is taken.
  void add(const Project& project);
  // Throws NotFound.
  void update(const Project& project);
  // With everything that belongs to it. Throws NotFound.
  void remove(const std::string& id);

  // Throws NotFound.
  Project get(const std::string& id) const;
  std::optional<Project> find(const std::string& id) const;
  // Oldest first.
  std::vector<Project> list() const;

 private:
  Database& database_;
};

}  // namespace penstock
