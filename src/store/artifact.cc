#include "store/artifact.h"

#include "base/error.h"
#include "store/database.h"

namespace penstock {
namespace {

Artifact artifact_in(Statement& row) {
  return {.digest = row.text(),
          .size = static_cast<std::uint64_t>(row.integer()),
          .created_at = row.time(),
          .manifest = row.json()};
}

[[noreturn]] void unknown(const std::string& digest) {
  throw NotFound("there is no artifact " + digest);
}

}  // namespace

void Artifacts::add(const Artifact& artifact) {
  database_.run("INSERT INTO artifacts VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", artifact.digest,
                static_cast<std::int64_t>(artifact.size), artifact.created_at, artifact.manifest);
}

void Artifacts::remove(const std::string& digest) {
  if (database_.run("DELETE FROM artifacts WHERE digest = ?", digest) == 0) unknown(digest);
}

Artifact Artifacts::get(const std::string& digest) const {
  std::optional<Artifact> found = find(digest);
  if (!found) unknown(digest);
  return *std::move(found);
}

std::optional<Artifact> Artifacts::find(const std::string& digest) const {
  Statement row = database_.query("SELECT * FROM artifacts WHERE digest = ?", digest);
  if (!row.step()) return std::nullopt;
  return artifact_in(row);
}

std::vector<Artifact> Artifacts::list() const {
  std::vector<Artifact> result;
  Statement row = database_.query("SELECT * FROM artifacts ORDER BY created_at DESC, rowid DESC");
  while (row.step()) result.push_back(artifact_in(row));
  return result;
}

std::set<std::string> Artifacts::in_use(std::size_t deployments_kept) const {
  Statement row = database_.query(
      "SELECT DISTINCT used.value FROM deployments, json_each(deployments.artifacts) AS used "
      "JOIN environments ON environments.project = deployments.project "
      "AND environments.name = deployments.environment "
      "WHERE deployments.status = 'preparing' OR environments.current_deployment = deployments.id "
      "OR deployments.id IN (SELECT id FROM deployment_ages WHERE age <= ?) "
      "UNION SELECT builds.digest FROM activities JOIN commit_artifacts USING (project) JOIN builds USING (project, "
      "build_id) "
      "WHERE activities.state = 'staged' AND commit_artifacts.commit_id = activities.parameters ->> 'new_commit' "
      "UNION SELECT used.value FROM backups, json_each(backups.release, '$.artifacts') AS used",
      static_cast<std::int64_t>(deployments_kept));
  std::set<std::string> result;
  while (row.step()) result.insert(row.text());
  return result;
}

}  // namespace penstock
