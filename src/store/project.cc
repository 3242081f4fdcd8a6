#include "store/project.h"

#include "base/error.h"
#include "base/id.h"
#include "store/database.h"

#include <nlohmann/json.hpp>

namespace penstock {
namespace {

constexpr std::size_t kEntropyBytes = 28;  // 56 characters, as Upsun's

Json to_json(const ProjectSettings& settings) {
  return {{"allow_rolling_deployments", settings.allow_rolling_deployments},
          {"cron_minimum_interval", settings.cron_minimum_interval}};
}

ProjectSettings settings_in(const Json& json) {
  ProjectSettings settings;
  settings.allow_rolling_deployments = json.value("allow_rolling_deployments", settings.allow_rolling_deployments);
  settings.cron_minimum_interval = json.value("cron_minimum_interval", settings.cron_minimum_interval);
  return settings;
}

Project project_in(Statement& row) {
  return {.id = row.text(),
          .title = row.text(),
          .default_branch = row.text(),
          .entropy = row.text(),
          .created_at = row.time(),
          .updated_at = row.time(),
          .settings = settings_in(row.json())};
}

[[noreturn]] void unknown(const std::string& id) {
  throw NotFound("there is no project " + id);
}

}  // namespace

Project new_project(std::string title, std::string default_branch) {
  return {.id = random_id(),
          .title = std::move(title),
          .default_branch = std::move(default_branch),
          .entropy = random_hex(kEntropyBytes)};
}

void Projects::add(const Project& project) {
  const int added = database_.run("INSERT INTO projects VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                                  project.id, project.title, project.default_branch, project.entropy,
                                  project.created_at, project.updated_at, to_json(project.settings));
  if (added == 0) throw Conflict("cannot add project " + project.id + ": it exists already");
}

void Projects::update(const Project& project) {
  const int changed =
      database_.run("UPDATE projects SET title = ?, default_branch = ?, settings = ?, updated_at = ? WHERE id = ?",
                    project.title, project.default_branch, to_json(project.settings), wall_now(), project.id);
  if (changed == 0) unknown(project.id);
}

void Projects::remove(const std::string& id) {
  if (database_.run("DELETE FROM projects WHERE id = ?", id) == 0) unknown(id);
}

Project Projects::get(const std::string& id) const {
  std::optional<Project> found = find(id);
  if (!found) unknown(id);
  return *std::move(found);
}

std::optional<Project> Projects::find(const std::string& id) const {
  Statement row = database_.query("SELECT * FROM projects WHERE id = ?", id);
  if (!row.step()) return std::nullopt;
  return project_in(row);
}

std::vector<Project> Projects::list() const {
  std::vector<Project> result;
  Statement row = database_.query("SELECT * FROM projects ORDER BY created_at, id");
  while (row.step()) result.push_back(project_in(row));
  return result;
}

}  // namespace penstock
