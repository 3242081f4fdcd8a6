#include "store/known_build.h"

#include "store/database.h"

namespace penstock {

void Builds::add(const KnownBuild& build) {
  database_.run(
      "INSERT INTO builds VALUES (?, ?, ?) ON CONFLICT (project, build_id) DO UPDATE SET digest = excluded.digest",
      build.project, build.build_id, build.digest);
}

std::optional<KnownBuild> Builds::find(const std::string& project, const std::string& build_id) const {
  Statement row = database_.query("SELECT * FROM builds WHERE project = ? AND build_id = ?", project, build_id);
  if (!row.step()) return std::nullopt;
  return KnownBuild{.project = row.text(), .build_id = row.text(), .digest = row.text()};
}

void Builds::add(const CommitArtifact& link) {
  database_.run(
      "INSERT INTO commit_artifacts VALUES (?, ?, ?, ?) "
      "ON CONFLICT (project, commit_id, application) DO UPDATE SET build_id = excluded.build_id",
      link.project, link.commit, link.application, link.build_id);
}

std::vector<CommitArtifact> Builds::of_commit(const std::string& project, const std::string& commit) const {
  std::vector<CommitArtifact> result;
  Statement row = database_.query(
      "SELECT * FROM commit_artifacts WHERE project = ? AND commit_id = ? ORDER BY application", project, commit);
  while (row.step()) {
    result.push_back({.project = row.text(), .commit = row.text(), .application = row.text(), .build_id = row.text()});
  }
  return result;
}

void Builds::clear(const std::string& project) {
  database_.run("DELETE FROM builds WHERE project = ?", project);
}

}  // namespace penstock
