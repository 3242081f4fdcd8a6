#include "store/backup.h"

#include "base/error.h"
#include "store/database.h"

namespace penstock {
namespace {

Json release_json(const Deployment& release) {
  return {{"commit", release.commit},       {"tree", release.tree},           {"configuration", release.configuration},
          {"artifacts", release.artifacts}, {"build_ids", release.build_ids}, {"variables", release.variables}};
}

Deployment release_in(const Json& json) {
  Deployment release;
  json.at("commit").get_to(release.commit);
  json.at("tree").get_to(release.tree);
  release.configuration = json.at("configuration");
  json.at("artifacts").get_to(release.artifacts);
  json.at("build_ids").get_to(release.build_ids);
  release.variables = json.at("variables");
  return release;
}

Backup backup_in(Statement& row) {
  return {.id = row.text(),
          .project = row.text(),
          .environment = row.text(),
          .release = release_in(row.json()),
          .safe = row.flag(),
          .automated = row.flag(),
          .created_at = row.time(),
          .expires_at = row.optional_time()};
}

std::vector<Backup> all_of(Statement row) {
  std::vector<Backup> result;
  while (row.step()) result.push_back(backup_in(row));
  return result;
}

[[noreturn]] void unknown(const std::string& id) {
  throw NotFound("there is no backup " + id);
}

}  // namespace

void Backups::add(const Backup& backup) {
  const int added = database_.run("INSERT INTO backups VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                                  backup.id, backup.project, backup.environment, release_json(backup.release),
                                  backup.safe, backup.automated, backup.created_at, backup.expires_at);
  if (added == 0) throw Conflict("cannot add backup " + backup.id + ": it exists already");
}

void Backups::remove(const std::string& id) {
  if (database_.run("DELETE FROM backups WHERE id = ?", id) == 0) unknown(id);
}

Backup Backups::get(const std::string& project, const std::string& environment, const std::string& id) const {
  std::optional<Backup> backup = find(id);
  if (!backup || backup->project != project || backup->environment != environment) unknown(id);
  return *std::move(backup);
}

std::optional<Backup> Backups::find(const std::string& id) const {
  Statement row = database_.query("SELECT * FROM backups WHERE id = ?", id);
  if (!row.step()) return std::nullopt;
  return backup_in(row);
}

std::vector<Backup> Backups::list(const std::string& project, const std::string& environment) const {
  return all_of(database_.query(
      "SELECT * FROM backups WHERE project = ? AND environment = ? ORDER BY created_at DESC, rowid DESC", project,
      environment));
}

std::vector<Backup> Backups::list_all() const {
  return all_of(database_.query("SELECT * FROM backups ORDER BY created_at DESC, rowid DESC"));
}

}  // namespace penstock
