#include "api/backup_handler.h"

#include "api/activity_json.h"
#include "api/backup_json.h"
#include "api/backup_operations.h"
#include "api/json_values.h"
#include "base/error.h"
#include "store/store.h"

namespace penstock::api {

Environment BackupHandler::environment_of(const Request& request) const {
  return store.environments().get(request.param("project"), request.param("environment"));
}

Backup BackupHandler::named(const Request& request) const {
  return store.backups().get(request.param("project"), request.param("environment"), request.param("backup"));
}

Response BackupHandler::list(const Request& request) const {
  const Environment environment = environment_of(request);
  Json list = Json::array();
  for (const Backup& backup : store.backups().list(environment.project, environment.name)) {
    list.push_back(backup_json(backup));
  }
  return Response::json(list);
}

Response BackupHandler::get(const Request& request) const {
  return Response::json(backup_json(named(request)));
}

Response BackupHandler::create(const Request& request) const {
  const Environment environment = environment_of(request);
  const bool safe = optional_truth(request.json(), "safe").value_or(true);
  return Response::json(
      accepted({operations.create_backup(environment, safe, request.principal)}, view.json(environment)));
}

Response BackupHandler::restore(const Request& request) const {
  const Backup backup = named(request);
  const Json body = request.json();
  const Restoration how{.target = optional_text(body, "environment_name"),
                        .branch_from = optional_text(body, "branch_from"),
                        .code = optional_truth(body, "restore_code").value_or(true)};
  return Response::json(accepted({operations.restore_backup(backup, how, request.principal)}, backup_json(backup)));
}

Response BackupHandler::remove(const Request& request) const {
  const Backup backup = named(request);
  return Response::json(accepted({operations.delete_backup(backup, request.principal)}, backup_json(backup)));
}

Response BackupHandler::export_file(const Request& request) const {
  return Response::streamed("application/x-tar", [this, backup = named(request)](Reader& reader) {
    operations.export_backup(backup, [&reader](std::string_view bytes) {
      if (!reader.send(bytes)) throw Error("cannot send the backup: the client is gone");
    });
  });
}

Response BackupHandler::import_file(const Request& request) const {
  const Environment environment = environment_of(request);
  const Activity activity = operations.import_backup(environment, *request.stream, request.principal);
  return Response::json(accepted({activity}, view.json(environment)));
}

}  // namespace penstock::api
