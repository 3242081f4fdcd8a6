#pragma once

#include "base/clock.h"
#include "store/deployment.h"

#include <optional>
#include <string>
#include <vector>

namespace penstock {

class Database;

// An environment as it once was: its data, which the pool of volumes keeps under the backup's id, and the release that
// ran on it.
struct Backup {
  std::string id;  // 26 of [a-z0-9]
  std::string project;
  std::string environment;
  Deployment release;      // of it: commit, tree, configuration, artifacts, build ids and variables
  bool safe = true;        // requests were held meanwhile
  bool automated = false;  // by policy, not asked for
  WallTime created_at = wall_now();
  std::optional<WallTime> expires_at;
};

class Backups {
 public:
  explicit Backups(Database& database) : database_(database) {}

  // Throws Conflict when the id is taken or there is no such environment.
  void add(const Backup& backup);
  // Throws NotFound.
  void remove(const std::string& id);

  // Throws NotFound when the environment has no such backup.
  Backup get(const std::string& project, const std::string& environment, const std::string& id) const;
  std::optional<Backup> find(const std::string& id) const;
  // Newest first.
  std::vector<Backup> list(const std::string& project, const std::string& environment) const;
  std::vector<Backup> list_all() const;

 private:
  Database& database_;
};

}  // namespace penstock
