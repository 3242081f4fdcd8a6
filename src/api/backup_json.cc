#include "api/backup_json.h"

#include "api/urls.h"
#include "store/backup.h"

#include <nlohmann/json.hpp>

namespace penstock::api {

Json backup_json(const Backup& backup) {
  const std::string self = environment_path(backup.project, backup.environment) + "/backups/" + backup.id;
  return {{"id", backup.id},
          {"status", "CREATED"},
          {"created_at", iso8601(backup.created_at)},
          {"updated_at", iso8601(backup.created_at)},
          {"expires_at", backup.expires_at ? Json(iso8601(*backup.expires_at)) : Json(nullptr)},
          {"commit_id", backup.release.commit},
          {"environment", backup.environment},
          {"safe", backup.safe},
          {"automated", backup.automated},
          {"restorable", true},
          {"_links",
           {{"self", {{"href", self}}}, {"#restore", {{"href", self + "/restore"}}}, {"#delete", {{"href", self}}}}}};
}

}  // namespace penstock::api
