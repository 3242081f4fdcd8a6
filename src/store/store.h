// What survives a restart.
#pragma once

#include "store/activity.h"
#include "store/activity_log.h"
#include "store/artifact.h"
#include "store/backup.h"
#include "store/cron_run.h"
#include "store/database.h"
#include "store/deployment.h"
#include "store/environment.h"
#include "store/journal.h"
#include "store/known_build.h"
#include "store/project.h"
#include "store/resources.h"
#include "store/service_record.h"
#include "store/session_secret.h"
#include "store/token.h"
#include "store/variable.h"

#include <filesystem>

namespace penstock {

// The records of one Penstock, in penstock.db and activities/ of its state directory. Thread safe. Looking up what does
// not exist throws NotFound, adding what exists throws Conflict. A change is durable when its call returns.
class Store {
 public:
  // Creates what is missing and brings an older schema up to date. Throws Error when the schema is newer than this
  // program.
  explicit Store(const std::filesystem::path& state_directory);

  // Several changes as one: auto transaction = store.begin(); …; transaction.commit();
  Transaction begin() { return Transaction(database_); }

  Projects& projects() { return projects_; }
  Tokens& tokens() { return tokens_; }
  SessionSecrets& sessions() { return sessions_; }
  Environments& environments() { return environments_; }
  EnvironmentResources& resources() { return resources_; }
  Variables& variables() { return variables_; }
  Activities& activities() { return activities_; }
  ActivityLogs& logs() { return logs_; }
  Artifacts& artifacts() { return artifacts_; }
  Builds& builds() { return builds_; }
  Deployments& deployments() { return deployments_; }
  ServiceRecords& services() { return services_; }
  Backups& backups() { return backups_; }
  Journal& journal() { return journal_; }
  CronRuns& crons() { return crons_; }

 private:
  Database database_;
  Projects projects_{database_};
  Tokens tokens_{database_};
  SessionSecrets sessions_{database_};
  Environments environments_{database_};
  EnvironmentResources resources_{database_};
  Variables variables_{database_};
  Activities activities_{database_};
  ActivityLogs logs_;
  Artifacts artifacts_{database_};
  Builds builds_{database_};
  Deployments deployments_{database_};
  ServiceRecords services_{database_};
  Backups backups_{database_};
  Journal journal_{database_};
  CronRuns crons_{database_};
};

}  // namespace penstock
