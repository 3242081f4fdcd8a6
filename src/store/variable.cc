#include "store/variable.h"

#include "base/error.h"
#include "base/json.h"
#include "store/database.h"
#include "store/environment.h"

#include <nlohmann/json.hpp>

#include <map>
#include <set>

namespace penstock {
namespace {

Variable variable_in(Statement& row) {
  return {.project = row.text(),
          .environment = row.optional_text(),
          .name = row.text(),
          .value = row.text(),
          .is_json = row.flag(),
          .is_sensitive = row.flag(),
          .visible_build = row.flag(),
          .visible_runtime = row.flag(),
          .is_enabled = row.flag(),
          .is_inheritable = row.flag(),
          .application_scope = row.json().get<std::vector<std::string>>(),
          .created_at = row.time(),
          .updated_at = row.time()};
}

[[noreturn]] void unknown(const std::string& name) {
  throw NotFound("there is no variable " + name);
}

}  // namespace

void Variables::add(const Variable& variable) {
  const int added = database_.run(
      "INSERT INTO variables VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING", variable.project,
      variable.environment, variable.name, variable.value, variable.is_json, variable.is_sensitive,
      variable.visible_build, variable.visible_runtime, variable.is_enabled, variable.is_inheritable,
      Json(variable.application_scope), variable.created_at, variable.updated_at);
  if (added == 0) throw Conflict("cannot add variable " + variable.name + ": it exists already");
}

void Variables::update(const Variable& variable) {
  const int changed = database_.run(
      "UPDATE variables SET value = ?, is_json = ?, is_sensitive = ?, visible_build = ?, visible_runtime = ?, "
      "is_enabled = ?, is_inheritable = ?, application_scope = ?, updated_at = ? "
      "WHERE project = ? AND environment IS ? AND name = ?",
      variable.value, variable.is_json, variable.is_sensitive, variable.visible_build, variable.visible_runtime,
      variable.is_enabled, variable.is_inheritable, Json(variable.application_scope), wall_now(), variable.project,
      variable.environment, variable.name);
  if (changed == 0) unknown(variable.name);
}

void Variables::remove(const std::string& project, const std::optional<std::string>& environment,
                       const std::string& name) {
  const int removed = database_.run("DELETE FROM variables WHERE project = ? AND environment IS ? AND name = ?",
                                    project, environment, name);
  if (removed == 0) unknown(name);
}

Variable Variables::get(const std::string& project, const std::optional<std::string>& environment,
                        const std::string& name) const {
  Statement row = database_.query("SELECT * FROM variables WHERE project = ? AND environment IS ? AND name = ?",
                                  project, environment, name);
  if (!row.step()) unknown(name);
  return variable_in(row);
}

std::vector<Variable> Variables::list(const std::string& project, const std::optional<std::string>& environment) const {
  std::vector<Variable> result;
  Statement row = database_.query("SELECT * FROM variables WHERE project = ? AND environment IS ? ORDER BY name",
                                  project, environment);
  while (row.step()) result.push_back(variable_in(row));
  return result;
}

std::vector<Variable> Variables::effective(const std::string& project, const std::string& environment) const {
  Transaction one_view(database_);
  std::map<std::string, Variable> chosen;
  const auto take = [&](const std::optional<std::string>& from, bool inherited) {
    for (Variable& variable : list(project, from)) {
      const bool applies = !from || (variable.is_enabled && (variable.is_inheritable || !inherited));
      if (applies) chosen.try_emplace(variable.name, std::move(variable));
    }
  };
  const Environments environments(database_);
  std::set<std::string> seen;
  std::optional<std::string> next = environment;
  while (next && seen.insert(*next).second) {
    const std::optional<Environment> record = environments.find(project, *next);
    take(next, *next != environment);
    next = record ? record->parent : std::nullopt;
  }
  take(std::nullopt, false);
  std::vector<Variable> result;
  for (auto& [name, variable] : chosen) result.push_back(std::move(variable));
  return result;
}

}  // namespace penstock
