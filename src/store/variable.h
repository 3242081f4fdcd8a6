#pragma once

#include "base/clock.h"

#include <optional>
#include <string>
#include <vector>

namespace penstock {

class Database;

// A variable that a user set on a project or on an environment.
struct Variable {
  std::string project;
  std::optional<std::string> environment;
  std::string name;  // with its prefix: "env:FOO"
  std::string value;
  bool is_json = false;
  bool is_sensitive = false;
  bool visible_build = true;  // the API's default for environments is false
  bool visible_runtime = true;
  bool is_enabled = true;                      // environments only
  bool is_inheritable = true;                  // environments only
  std::vector<std::string> application_scope;  // empty: all
  WallTime created_at = wall_now();
  WallTime updated_at = created_at;
};

class Variables {
 public:
  explicit Variables(Database& database) : database_(database) {}

  // Throws Conflict when there is one of that name on the same project or environment.
  void add(const Variable& variable);
  // Throws NotFound.
  void update(const Variable& variable);
  void remove(const std::string& project, const std::optional<std::string>& environment, const std::string& name);

  // Throws NotFound.
  Variable get(const std::string& project, const std::optional<std::string>& environment,
               const std::string& name) const;
  // Those set on exactly this project or environment, by name.
  std::vector<Variable> list(const std::string& project, const std::optional<std::string>& environment) const;
  // What applies to an environment, by name: its own enabled ones, else inheritable ones of its nearest ancestor, else
  // the project's.
  std::vector<Variable> effective(const std::string& project, const std::string& environment) const;

 private:
  Database& database_;
};

}  // namespace penstock
