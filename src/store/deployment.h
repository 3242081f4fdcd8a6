#pragma once

#include "base/clock.h"
#include "base/json.h"
#include "store/journal.h"
#include "store/resources.h"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace penstock {

class Database;

// Preparing until its commit or failure; Superseded once another took its place.
enum class DeploymentStatus { Preparing, Committed, Failed, Superseded };

std::string_view to_string(DeploymentStatus status);
DeploymentStatus deployment_status_of(std::string_view name);

// A release of an environment, kept whole: enough to run it again without a build.
struct Deployment {
  std::string id;  // 13 of [a-z0-9]
  std::string project;
  std::string environment;
  std::string commit;
  std::string tree;
  int number = 0;  // counts from 1 within the environment; given by add()
  DeploymentStatus status = DeploymentStatus::Preparing;
  Json configuration = Json::object();
  std::map<std::string, std::string> artifacts;  // application -> digest
  std::map<std::string, std::string> build_ids;  // application -> build id
  Json variables = Json::array();
  std::string strategy = "stopstart";
  std::string deploy_fingerprint;  // equal when the deploy hook need not run again
  WallTime created_at = wall_now();
  std::optional<WallTime> committed_at{};
  std::string head;  // of the branch, as this deployment knew it: after a rollback, another one than `commit`
  ResourcesByName resources{};  // as they were set when it was made

  // It went live, be it that another took its place since.
  bool was_live() const { return status == DeploymentStatus::Committed || status == DeploymentStatus::Superseded; }
};

class Deployments {
 public:
  explicit Deployments(Database& database) : database_(database) {}

  // Returns it with its number; without a head, that is its commit. Throws Conflict when the id is taken or there is no
  // such environment.
  Deployment add(Deployment deployment);

  // The commit of the deploy, one transaction: the deployment becomes Committed and the environment's current one, the
  // one before it Superseded, the environment's deployment state a success; the journal now holds `remaining` alone,
  // the steps that are to be finished forward. Throws NotFound, and Conflict unless it is Preparing.
  void commit(const std::string& id, const std::vector<JournalEntry>& remaining = {});
  // It did not commit and its undo is done: Failed, the environment's deployment state says why, journal cleared.
  // Throws NotFound, and Conflict unless it is Preparing.
  void fail(const std::string& id, const std::string& reason);
  // Nothing of the environment runs any more: it has no current deployment. Throws NotFound.
  void retire(const std::string& project, const std::string& environment);
  // It is live, but a hook of it failed: the environment's deployment state says why. With `again`, its deploy hook
  // runs again when the same is deployed once more. Throws NotFound.
  void blame(const std::string& id, const std::string& reason, bool again);
  // Forgets, of an environment, all but the last `keep` that went live and the last `keep` that did not; never the
  // current one or one under way.
  void prune(const std::string& project, const std::string& environment, std::size_t keep);

  // Throws NotFound.
  Deployment get(const std::string& id) const;
  std::optional<Deployment> find(const std::string& id) const;
  // What the environment's current_deployment names.
  std::optional<Deployment> current(const std::string& project, const std::string& environment) const;
  // Newest first.
  std::vector<Deployment> list(const std::string& project, const std::string& environment) const;
  // Preparing ones of all projects, oldest first.
  std::vector<Deployment> unfinished() const;

 private:
  void end(const Deployment& deployment, DeploymentStatus status, const std::string& reason);
  void set_state(const Deployment& deployment, bool successful, const std::string& reason);

  Database& database_;
};

}  // namespace penstock
