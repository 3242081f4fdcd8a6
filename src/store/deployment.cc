#include "store/deployment.h"

#include "base/error.h"
#include "store/database.h"
#include "store/environment.h"
#include "store/names.h"

namespace penstock {
namespace {

using Texts = std::map<std::string, std::string>;

constexpr Names<DeploymentStatus, 4> kStatuses{{{DeploymentStatus::Preparing, "preparing"},
                                                {DeploymentStatus::Committed, "committed"},
                                                {DeploymentStatus::Failed, "failed"},
                                                {DeploymentStatus::Superseded, "superseded"}}};

Deployment deployment_in(Statement& row) {
  return {.id = row.text(),
          .project = row.text(),
          .environment = row.text(),
          .commit = row.text(),
          .tree = row.text(),
          .number = static_cast<int>(row.integer()),
          .status = deployment_status_of(row.text()),
          .configuration = row.json(),
          .artifacts = row.json().get<Texts>(),
          .build_ids = row.json().get<Texts>(),
          .variables = row.json(),
          .strategy = row.text(),
          .deploy_fingerprint = row.text(),
          .created_at = row.time(),
          .committed_at = row.optional_time(),
          .head = row.text(),

          .resources = resources_from_json(row.json())};
}

std::vector<Deployment> all_of(Statement row) {
  std::vector<Deployment> result;
  while (row.step()) result.push_back(deployment_in(row));
  return result;
}

}  // namespace

std::string_view to_string(DeploymentStatus status) {
  return name_of(kStatuses, status);
}
DeploymentStatus deployment_status_of(std::string_view name) {
  return value_of(kStatuses, name, "deployment status");
}

Deployment Deployments::add(Deployment deployment) {
  if (deployment.head.empty()) deployment.head = deployment.commit;
  Transaction transaction(database_);
  {
    Statement row =
        database_.query("SELECT 1 + ifnull(max(number), 0) FROM deployments WHERE project = ? AND environment = ?",
                        deployment.project, deployment.environment);
    row.step();
    deployment.number = static_cast<int>(row.integer());
  }
  const int added = database_.run(
      "INSERT INTO deployments VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
      deployment.id, deployment.project, deployment.environment, deployment.commit, deployment.tree, deployment.number,
      to_string(deployment.status), deployment.configuration, Json(deployment.artifacts), Json(deployment.build_ids),
      deployment.variables, deployment.strategy, deployment.deploy_fingerprint, deployment.created_at,
      deployment.committed_at, deployment.head, resources_to_json(deployment.resources));
  if (added == 0) throw Conflict("cannot add deployment " + deployment.id + ": it exists already");
  transaction.commit();
  return deployment;
}

void Deployments::commit(const std::string& id, const std::vector<JournalEntry>& remaining) {
  Transaction transaction(database_);
  const Deployment deployment = get(id);
  end(deployment, DeploymentStatus::Committed, "");
  database_.run(
      "UPDATE deployments SET status = 'superseded' WHERE id = "
      "(SELECT current_deployment FROM environments WHERE project = ? AND name = ?)",
      deployment.project, deployment.environment);
  database_.run("UPDATE deployments SET committed_at = ? WHERE id = ?", wall_now(), id);
  database_.run("UPDATE environments SET current_deployment = ? WHERE project = ? AND name = ?", id, deployment.project,
                deployment.environment);
  Journal journal(database_);
  for (const JournalEntry& entry : remaining) journal.append(id, entry.step, entry.data);
  transaction.commit();
}

void Deployments::fail(const std::string& id, const std::string& reason) {
  Transaction transaction(database_);
  end(get(id), DeploymentStatus::Failed, reason);
  transaction.commit();
}

void Deployments::end(const Deployment& deployment, DeploymentStatus status, const std::string& reason) {
  if (deployment.status != DeploymentStatus::Preparing) {
    throw Conflict("cannot end deployment " + deployment.id + ": it is " + std::string(to_string(deployment.status)));
  }
  database_.run("UPDATE deployments SET status = ? WHERE id = ?", to_string(status), deployment.id);
  Journal(database_).clear(deployment.id);
  set_state(deployment, status == DeploymentStatus::Committed, reason);
}

void Deployments::set_state(const Deployment& deployment, bool successful, const std::string& reason) {
  Environments environments(database_);
  Environment environment = environments.get(deployment.project, deployment.environment);
  environment.deployment_state = {.last_deployment_at = wall_now(),
                                  .last_deployment_successful = successful,
                                  .last_deployment_failure_reason = reason};
  environments.update(environment);
}

void Deployments::blame(const std::string& id, const std::string& reason, bool again) {
  Transaction transaction(database_);
  set_state(get(id), false, reason);
  if (again) database_.run("UPDATE deployments SET deploy_fingerprint = '' WHERE id = ?", id);
  transaction.commit();
}

void Deployments::retire(const std::string& project, const std::string& environment) {
  Transaction transaction(database_);
  const Environment record = Environments(database_).get(project, environment);
  database_.run("UPDATE deployments SET status = 'superseded' WHERE id = ?", record.current_deployment);
  database_.run("UPDATE environments SET current_deployment = NULL WHERE project = ? AND name = ?", project,
                environment);
  transaction.commit();
}

void Deployments::prune(const std::string& project, const std::string& environment, std::size_t keep) {
  database_.run(
      "DELETE FROM deployments WHERE project = ? AND environment = ? AND status IN ('failed', 'superseded') "
      "AND id IN (SELECT id FROM deployment_ages WHERE age > ?)",
      project, environment, static_cast<std::int64_t>(keep));
}

Deployment Deployments::get(const std::string& id) const {
  std::optional<Deployment> found = find(id);
  if (!found) throw NotFound("there is no deployment " + id);
  return *std::move(found);
}

std::optional<Deployment> Deployments::find(const std::string& id) const {
  Statement row = database_.query("SELECT * FROM deployments WHERE id = ?", id);
  if (!row.step()) return std::nullopt;
  return deployment_in(row);
}

std::optional<Deployment> Deployments::current(const std::string& project, const std::string& environment) const {
  Statement row = database_.query(
      "SELECT * FROM deployments WHERE id = (SELECT current_deployment FROM environments WHERE project = ? AND name = "
      "?)",
      project, environment);
  if (!row.step()) return std::nullopt;
  return deployment_in(row);
}

std::vector<Deployment> Deployments::list(const std::string& project, const std::string& environment) const {
  return all_of(database_.query("SELECT * FROM deployments WHERE project = ? AND environment = ? ORDER BY number DESC",
                                project, environment));
}

std::vector<Deployment> Deployments::unfinished() const {
  return all_of(database_.query("SELECT * FROM deployments WHERE status = 'preparing' ORDER BY created_at, rowid"));
}

}  // namespace penstock
