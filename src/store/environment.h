#pragma once

#include "base/clock.h"
#include "base/json.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace penstock {

class Database;
class Statement;

enum class EnvironmentType { Production, Staging, Development };
enum class EnvironmentStatus { Active, Inactive, Paused, Deleting };

// As the API writes them; the readers throw UserError.
std::string_view to_string(EnvironmentType type);
std::string_view to_string(EnvironmentStatus status);
EnvironmentType environment_type_of(std::string_view name);
EnvironmentStatus environment_status_of(std::string_view name);

// Who may see an environment's sites: by address, the first rule that fits, or by user and password.
struct HttpAccess {
  struct Rule {
    bool allow = true;
    std::string address;  // of an IP, "192.0.2.0/24" or "any"

    bool operator==(const Rule&) const = default;
  };

  bool is_enabled = true;
  std::vector<Rule> addresses;
  std::map<std::string, std::string> basic_auth;  // user to hash_password() of the password

  bool operator==(const HttpAccess&) const = default;
  Json to_json() const;
  static HttpAccess from_json(const Json& json);
};

struct EnvironmentSettings {
  enum class Hold { Idempotent, All };
  enum class OnFailure { Rollback, Keep };

  bool enable_manual_deployments = false;
  Hold hold = Hold::Idempotent;
  OnFailure on_failure = OnFailure::Rollback;
  bool enable_cache_grace_period = false;  // cached answers are given while requests are held
  int hold_timeout_s = 300;
  std::int64_t hold_max_requests = 10'000;
  std::int64_t hold_max_bytes = std::int64_t{64} << 20;  // of requests that are held, with what keeps them
  int drain_timeout_s = 30;                              // for the requests of a release that another takes over from
  int start_timeout_s = 60;
  int stop_grace_s = 10;
  int worker_stop_grace_s = 15;
  int cron_patience_s = 600;              // how long a deployment waits for a cron to end before it asks it to
  int data_snapshots = 3;                 // how many deployments back the data is kept as it was before them
  std::optional<HttpAccess> http_access;  // none: as the parent has it
  bool restrict_robots = true;
  bool clone_parent_on_create = true;  // its first deployment begins with the parent's data
};

std::string_view to_string(EnvironmentSettings::Hold hold);
std::string_view to_string(EnvironmentSettings::OnFailure on_failure);
EnvironmentSettings::Hold hold_of(std::string_view name);
EnvironmentSettings::OnFailure on_failure_of(std::string_view name);
// How deploys go, as it is stored and shown. What the API shows of the environment itself is not in it: who may see it
// (http_access, restrict_robots) and clone_parent_on_create.
Json deploy_settings_json(const EnvironmentSettings& settings);

struct DeploymentState {
  std::optional<WallTime> last_deployment_at;
  bool last_deployment_successful = false;
  std::string last_deployment_failure_reason;
};

// A branch and what runs of it. Known by project and name.
struct Environment {
  std::string project;
  std::string name;  // of the branch
  std::string machine_name;
  std::string title;
  EnvironmentType type = EnvironmentType::Development;
  EnvironmentStatus status = EnvironmentStatus::Inactive;
  std::optional<std::string> parent;
  std::optional<std::string> current_deployment;
  EnvironmentSettings settings;
  DeploymentState deployment_state;
  WallTime created_at = wall_now();
  WallTime updated_at = created_at;

  // Names it in the router and on containers.
  std::string key() const { return project + "-" + machine_name; }
};

// "feature/Größe" -> "feature-gr-e-1a2b3c4": fit for a host name, different for every branch, at most 40 characters.
std::string machine_name_of(const std::string& branch);

class Environments {
 public:
  explicit Environments(Database& database) : database_(database) {}

  // Throws Conflict when the project has one of that name, or does not exist.
  void add(const Environment& environment);
  // Everything but current_deployment, which only Deployments moves. Throws NotFound.
  void update(const Environment& environment);
  // With its variables and deployments; its activities stay, its children become those of its parent. Throws NotFound.
  void remove(const std::string& project, const std::string& name);

  // Throws NotFound.
  Environment get(const std::string& project, const std::string& name) const;
  std::optional<Environment> find(const std::string& project, const std::string& name) const;
  // By name.
  std::vector<Environment> list(const std::string& project) const;
  std::vector<Environment> list_all() const;
  // Its own, or that of the nearest of its parents that has one.
  HttpAccess http_access(const Environment& environment) const;

 private:
  Database& database_;
};

}  // namespace penstock
