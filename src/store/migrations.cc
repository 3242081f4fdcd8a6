#include "store/migrations.h"

#include "base/error.h"
#include "store/database.h"

#include <array>
#include <string>

namespace penstock {
namespace {

// Steps are only ever added: what has been released is never changed. Times are microseconds since 1970.
constexpr std::array kMigrations = {
    R"sql(
CREATE TABLE projects (
  id TEXT PRIMARY KEY,
  title TEXT NOT NULL,
  default_branch TEXT NOT NULL,
  entropy TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE tokens (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  sha256 TEXT NOT NULL UNIQUE,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE environments (
  project TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  machine_name TEXT NOT NULL,
  title TEXT NOT NULL,
  type TEXT NOT NULL,
  status TEXT NOT NULL,
  parent TEXT,
  current_deployment TEXT,
  settings TEXT NOT NULL,
  deployment_state TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (project, name)
) STRICT;

CREATE TABLE variables (
  project TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  environment TEXT,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  is_json INTEGER NOT NULL,
  is_sensitive INTEGER NOT NULL,
  visible_build INTEGER NOT NULL,
  visible_runtime INTEGER NOT NULL,
  is_enabled INTEGER NOT NULL,
  is_inheritable INTEGER NOT NULL,
  application_scope TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  FOREIGN KEY (project, environment) REFERENCES environments (project, name) ON DELETE CASCADE
) STRICT;
CREATE UNIQUE INDEX variable_names ON variables (project, ifnull(environment, ''), name);

CREATE TABLE activities (
  id TEXT PRIMARY KEY,
  project TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  environment TEXT,
  type TEXT NOT NULL,
  state TEXT NOT NULL,
  result TEXT,
  failure_reason TEXT,
  description TEXT NOT NULL,
  text TEXT NOT NULL,
  parameters TEXT NOT NULL,
  payload TEXT NOT NULL,
  commands TEXT NOT NULL,
  timings TEXT NOT NULL,
  completion_percent INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  started_at INTEGER,
  completed_at INTEGER,
  cancelled_at INTEGER
) STRICT;
CREATE INDEX activities_by_time ON activities (project, created_at);
CREATE INDEX activities_by_state ON activities (state) WHERE state IN ('pending', 'in_progress');

CREATE TABLE artifacts (
  digest TEXT PRIMARY KEY,
  size INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  manifest TEXT NOT NULL
) STRICT;

CREATE TABLE builds (
  project TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  build_id TEXT NOT NULL,
  digest TEXT NOT NULL REFERENCES artifacts (digest) ON DELETE CASCADE,
  PRIMARY KEY (project, build_id)
) STRICT;
CREATE INDEX builds_by_digest ON builds (digest);

CREATE TABLE commit_artifacts (
  project TEXT NOT NULL,
  commit_id TEXT NOT NULL,
  application TEXT NOT NULL,
  build_id TEXT NOT NULL,
  PRIMARY KEY (project, commit_id, application),
  FOREIGN KEY (project, build_id) REFERENCES builds (project, build_id) ON DELETE CASCADE
) STRICT;
CREATE INDEX commit_artifacts_by_build ON commit_artifacts (project, build_id);

CREATE TABLE deployments (
  id TEXT PRIMARY KEY,
  project TEXT NOT NULL,
  environment TEXT NOT NULL,
  commit_id TEXT NOT NULL,
  tree TEXT NOT NULL,
  number INTEGER NOT NULL,
  status TEXT NOT NULL,
  configuration TEXT NOT NULL,
  artifacts TEXT NOT NULL,
  build_ids TEXT NOT NULL,
  variables TEXT NOT NULL,
  strategy TEXT NOT NULL,
  deploy_fingerprint TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  committed_at INTEGER,
  UNIQUE (project, environment, number),
  FOREIGN KEY (project, environment) REFERENCES environments (project, name) ON DELETE CASCADE
) STRICT;

CREATE TABLE journal (
  deployment TEXT NOT NULL REFERENCES deployments (id) ON DELETE CASCADE,
  seq INTEGER NOT NULL,
  step TEXT NOT NULL,
  data TEXT NOT NULL,
  PRIMARY KEY (deployment, seq)
) STRICT;
)sql",
    R"sql(
CREATE TABLE session_secrets (
  sha256 TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  token TEXT NOT NULL REFERENCES tokens (id) ON DELETE CASCADE,
  expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX session_secrets_by_token ON session_secrets (token);
)sql", "ALTER TABLE projects ADD COLUMN settings TEXT NOT NULL DEFAULT '{}'",
    R"sql(
CREATE TABLE services (
  project TEXT NOT NULL,
  environment TEXT NOT NULL,
  name TEXT NOT NULL,
  configured TEXT NOT NULL,
  PRIMARY KEY (project, environment, name),
  FOREIGN KEY (project, environment) REFERENCES environments (project, name) ON DELETE CASCADE
) STRICT;

CREATE TABLE service_passwords (
  project TEXT NOT NULL,
  environment TEXT NOT NULL,
  service TEXT NOT NULL,
  username TEXT NOT NULL,
  sealed TEXT NOT NULL,
  PRIMARY KEY (project, environment, service, username),
  FOREIGN KEY (project, environment) REFERENCES environments (project, name) ON DELETE CASCADE
) STRICT;
)sql",
    R"sql(
ALTER TABLE deployments ADD COLUMN head TEXT NOT NULL DEFAULT '';
UPDATE deployments SET head = commit_id;
CREATE VIEW deployment_ages AS
  SELECT id, row_number() OVER (
    PARTITION BY project, environment, status IN ('committed', 'superseded') ORDER BY number DESC) AS age
  FROM deployments;
)sql",
    R"sql(
CREATE TABLE cron_runs (
  project TEXT NOT NULL,
  environment TEXT NOT NULL,
  application TEXT NOT NULL,
  cron TEXT NOT NULL,
  begun_at INTEGER NOT NULL,
  PRIMARY KEY (project, environment, application, cron),
  FOREIGN KEY (project, environment) REFERENCES environments (project, name) ON DELETE CASCADE
) STRICT;
)sql",
    R"sql(
CREATE TABLE backups (
  id TEXT PRIMARY KEY,
  project TEXT NOT NULL,
  environment TEXT NOT NULL,
  release TEXT NOT NULL,
  safe INTEGER NOT NULL,
  automated INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER,
  FOREIGN KEY (project, environment) REFERENCES environments (project, name) ON DELETE CASCADE
) STRICT;
CREATE INDEX backups_by_environment ON backups (project, environment);
)sql",
    R"sql(
CREATE TABLE environment_resources (
  project TEXT NOT NULL,
  environment TEXT NOT NULL,
  resources TEXT NOT NULL,
  PRIMARY KEY (project, environment),
  FOREIGN KEY (project, environment) REFERENCES environments (project, name) ON DELETE CASCADE
) STRICT;
ALTER TABLE deployments ADD COLUMN resources TEXT NOT NULL DEFAULT '{}';
)sql",
};

int version_of(Database& database) {
  Statement row = database.query("PRAGMA user_version");
  row.step();
  return static_cast<int>(row.integer());
}

}  // namespace

void migrate(Database& database) {
  const int known = static_cast<int>(kMigrations.size());
  int version = version_of(database);
  if (version > known) {
    throw Error("cannot use the database: its schema " + std::to_string(version) + " is newer than this program's " +
                std::to_string(known));
  }
  for (; version < known; ++version) {
    Transaction transaction(database);
    database.execute(kMigrations[static_cast<std::size_t>(version)]);
    database.execute("PRAGMA user_version = " + std::to_string(version + 1));
    transaction.commit();
  }
}

}  // namespace penstock
