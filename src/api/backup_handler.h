#pragma once

#include "api/environment_view.h"
#include "api/request.h"
#include "api/response.h"

namespace penstock {
class Store;
struct Backup;
struct Environment;
}  // namespace penstock

namespace penstock::api {

class BackupOperations;

// The backups of environments.
struct BackupHandler {
  Store& store;
  BackupOperations& operations;
  const EnvironmentView& view;

  Response list(const Request& request) const;
  Response get(const Request& request) const;
  Response create(const Request& request) const;
  Response restore(const Request& request) const;
  Response remove(const Request& request) const;
  // As one file, streamed.
  Response export_file(const Request& request) const;
  Response import_file(const Request& request) const;

 private:
  Environment environment_of(const Request& request) const;
  Backup named(const Request& request) const;
};

}  // namespace penstock::api
