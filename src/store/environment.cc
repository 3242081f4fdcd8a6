#include "store/environment.h"

#include "base/digest.h"
#include "base/error.h"
#include "store/database.h"
#include "store/names.h"

#include <nlohmann/json.hpp>

#include <set>

namespace penstock {
namespace {

using Hold = EnvironmentSettings::Hold;
using OnFailure = EnvironmentSettings::OnFailure;

constexpr Names<EnvironmentType, 3> kTypes{{{EnvironmentType::Production, "production"},
                                            {EnvironmentType::Staging, "staging"},
                                            {EnvironmentType::Development, "development"}}};
constexpr Names<EnvironmentStatus, 4> kStatuses{{{EnvironmentStatus::Active, "active"},
                                                 {EnvironmentStatus::Inactive, "inactive"},
                                                 {EnvironmentStatus::Paused, "paused"},
                                                 {EnvironmentStatus::Deleting, "deleting"}}};
constexpr Names<Hold, 2> kHolds{{{Hold::Idempotent, "idempotent"}, {Hold::All, "all"}}};
constexpr Names<OnFailure, 2> kOnFailures{{{OnFailure::Rollback, "rollback"}, {OnFailure::Keep, "keep"}}};

constexpr std::size_t kSlugLimit = 32;
constexpr std::size_t kHashDigits = 7;

Json to_json(const EnvironmentSettings& settings) {
  Json json = deploy_settings_json(settings);
  json["restrict_robots"] = settings.restrict_robots;
  json["clone_parent_on_create"] = settings.clone_parent_on_create;
  if (settings.http_access) json["http_access"] = settings.http_access->to_json();
  return json;
}

EnvironmentSettings settings_in(const Json& json) {
  EnvironmentSettings settings;
  settings.enable_manual_deployments = json.value("enable_manual_deployments", settings.enable_manual_deployments);
  settings.hold = hold_of(json.value("hold", std::string(to_string(settings.hold))));
  settings.on_failure = on_failure_of(json.value("on_failure", std::string(to_string(settings.on_failure))));
  settings.enable_cache_grace_period = json.value("enable_cache_grace_period", settings.enable_cache_grace_period);
  settings.hold_timeout_s = json.value("hold_timeout_s", settings.hold_timeout_s);
  settings.hold_max_requests = json.value("hold_max_requests", settings.hold_max_requests);
  settings.hold_max_bytes = json.value("hold_max_bytes", settings.hold_max_bytes);
  settings.drain_timeout_s = json.value("drain_timeout_s", settings.drain_timeout_s);
  settings.start_timeout_s = json.value("start_timeout_s", settings.start_timeout_s);
  settings.stop_grace_s = json.value("stop_grace_s", settings.stop_grace_s);
  settings.worker_stop_grace_s = json.value("worker_stop_grace_s", settings.worker_stop_grace_s);
  settings.cron_patience_s = json.value("cron_patience_s", settings.cron_patience_s);
  settings.data_snapshots = json.value("data_snapshots", settings.data_snapshots);
  settings.restrict_robots = json.value("restrict_robots", settings.restrict_robots);
  settings.clone_parent_on_create = json.value("clone_parent_on_create", settings.clone_parent_on_create);
  if (json.contains("http_access")) settings.http_access = HttpAccess::from_json(json["http_access"]);
  return settings;
}

Json to_json(const DeploymentState& state) {
  Json json = {{"successful", state.last_deployment_successful}, {"reason", state.last_deployment_failure_reason}};
  if (state.last_deployment_at) json["at"] = iso8601(*state.last_deployment_at);
  return json;
}

DeploymentState deployment_state_in(const Json& json) {
  DeploymentState state;
  if (json.contains("at")) state.last_deployment_at = parse_iso8601(json["at"].get<std::string>());
  state.last_deployment_successful = json.value("successful", false);
  state.last_deployment_failure_reason = json.value("reason", "");
  return state;
}

Environment environment_in(Statement& row) {
  return {.project = row.text(),
          .name = row.text(),
          .machine_name = row.text(),
          .title = row.text(),
          .type = environment_type_of(row.text()),
          .status = environment_status_of(row.text()),
          .parent = row.optional_text(),
          .current_deployment = row.optional_text(),
          .settings = settings_in(row.json()),
          .deployment_state = deployment_state_in(row.json()),
          .created_at = row.time(),
          .updated_at = row.time()};
}

std::vector<Environment> all_of(Statement row) {
  std::vector<Environment> result;
  while (row.step()) result.push_back(environment_in(row));
  return result;
}

[[noreturn]] void unknown(const std::string& project, const std::string& name) {
  throw NotFound("there is no environment " + name + " in project " + project);
}

}  // namespace

std::string_view to_string(EnvironmentType type) {
  return name_of(kTypes, type);
}
std::string_view to_string(EnvironmentStatus status) {
  return name_of(kStatuses, status);
}
std::string_view to_string(Hold hold) {
  return name_of(kHolds, hold);
}
std::string_view to_string(OnFailure on_failure) {
  return name_of(kOnFailures, on_failure);
}

EnvironmentType environment_type_of(std::string_view name) {
  return value_of(kTypes, name, "environment type");
}
EnvironmentStatus environment_status_of(std::string_view name) {
  return value_of(kStatuses, name, "environment status");
}
Hold hold_of(std::string_view name) {
  return value_of(kHolds, name, "hold setting");
}
OnFailure on_failure_of(std::string_view name) {
  return value_of(kOnFailures, name, "on_failure setting");
}

Json deploy_settings_json(const EnvironmentSettings& settings) {
  return {{"enable_manual_deployments", settings.enable_manual_deployments},
          {"hold", to_string(settings.hold)},
          {"on_failure", to_string(settings.on_failure)},
          {"enable_cache_grace_period", settings.enable_cache_grace_period},
          {"hold_timeout_s", settings.hold_timeout_s},
          {"hold_max_requests", settings.hold_max_requests},
          {"hold_max_bytes", settings.hold_max_bytes},
          {"drain_timeout_s", settings.drain_timeout_s},
          {"start_timeout_s", settings.start_timeout_s},
          {"stop_grace_s", settings.stop_grace_s},
          {"cron_patience_s", settings.cron_patience_s},
          {"data_snapshots", settings.data_snapshots},

          {"worker_stop_grace_s", settings.worker_stop_grace_s}};
}

Json HttpAccess::to_json() const {
  Json rules = Json::array();
  for (const Rule& rule : addresses) {
    rules.push_back({{"permission", rule.allow ? "allow" : "deny"}, {"address", rule.address}});
  }
  return {{"is_enabled", is_enabled}, {"addresses", std::move(rules)}, {"basic_auth", basic_auth}};
}

HttpAccess HttpAccess::from_json(const Json& json) {
  HttpAccess access;
  access.is_enabled = json.at("is_enabled").get<bool>();
  for (const Json& rule : json.at("addresses")) {
    access.addresses.push_back({rule.at("permission") == "allow", rule.at("address").get<std::string>()});
  }
  access.basic_auth = json.at("basic_auth").get<std::map<std::string, std::string>>();
  return access;
}

std::string machine_name_of(const std::string& branch) {
  std::string slug;
  for (const char c : branch) {
    if (slug.size() == kSlugLimit) break;
    const bool upper = c >= 'A' && c <= 'Z';
    const char lower = static_cast<char>(upper ? c - 'A' + 'a' : c);
    const bool fits = (lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9');
    if (fits) slug += lower;
    if (!fits && !slug.empty() && slug.back() != '-') slug += '-';
  }
  if (!slug.empty() && slug.back() != '-') slug += '-';
  return (slug.empty() ? "env-" : slug) + sha256_hex(branch).substr(0, kHashDigits);
}

void Environments::add(const Environment& environment) {
  const int added = database_.run(
      "INSERT INTO environments VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
      environment.project, environment.name, environment.machine_name, environment.title, to_string(environment.type),
      to_string(environment.status), environment.parent, environment.current_deployment, to_json(environment.settings),
      to_json(environment.deployment_state), environment.created_at, environment.updated_at);
  if (added == 0) throw Conflict("cannot add environment " + environment.name + ": it exists already");
}

void Environments::update(const Environment& environment) {
  const int changed = database_.run(
      "UPDATE environments SET machine_name = ?, title = ?, type = ?, status = ?, parent = ?, settings = ?, "
      "deployment_state = ?, updated_at = ? WHERE project = ? AND name = ?",
      environment.machine_name, environment.title, to_string(environment.type), to_string(environment.status),
      environment.parent, to_json(environment.settings), to_json(environment.deployment_state), wall_now(),
      environment.project, environment.name);
  if (changed == 0) unknown(environment.project, environment.name);
}

void Environments::remove(const std::string& project, const std::string& name) {
  Transaction transaction(database_);
  database_.run("UPDATE environments SET parent = ? WHERE project = ? AND parent = ?", get(project, name).parent,
                project, name);
  database_.run("DELETE FROM environments WHERE project = ? AND name = ?", project, name);
  transaction.commit();
}

Environment Environments::get(const std::string& project, const std::string& name) const {
  std::optional<Environment> found = find(project, name);
  if (!found) unknown(project, name);
  return *std::move(found);
}

std::optional<Environment> Environments::find(const std::string& project, const std::string& name) const {
  Statement row = database_.query("SELECT * FROM environments WHERE project = ? AND name = ?", project, name);
  if (!row.step()) return std::nullopt;
  return environment_in(row);
}

std::vector<Environment> Environments::list(const std::string& project) const {
  return all_of(database_.query("SELECT * FROM environments WHERE project = ? ORDER BY name", project));
}

std::vector<Environment> Environments::list_all() const {
  return all_of(database_.query("SELECT * FROM environments ORDER BY project, name"));
}

HttpAccess Environments::http_access(const Environment& environment) const {
  std::set<std::string> seen;  // parents that were renamed may lead in a circle
  for (std::optional<Environment> each = environment; each; each = find(each->project, *each->parent)) {
    if (each->settings.http_access) return *each->settings.http_access;
    if (!each->parent || !seen.insert(each->name).second) break;
  }
  return {};
}

}  // namespace penstock
