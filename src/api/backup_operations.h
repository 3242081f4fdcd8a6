// What the API asks of the daemon about backups.
#pragma once

#include "api/principal.h"
#include "store/activity.h"
#include "store/backup.h"
#include "store/environment.h"

#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

namespace penstock::api {

struct Restoration {
  std::optional<std::string> target;       // an environment; none: the one that the backup is of
  std::optional<std::string> branch_from;  // whose head the target begins with when it does not exist; none: likewise
  bool code = true;                        // with the release of the backup; without: with what the target has
};

// Thread safe. As Operations: what returns an activity has recorded it durably and returns before it has run.
class BackupOperations {
 public:
  virtual ~BackupOperations() = default;

  // With `safe`, requests are held meanwhile. Throws Conflict when nothing is deployed.
  virtual Activity create_backup(const Environment& environment, bool safe, const Principal& who) = 0;
  // Git is not changed. Throws NotFound, Conflict.
  virtual Activity restore_backup(const Backup& backup, const Restoration& how, const Principal& who) = 0;
  // As one file for another server, piece by piece; what `write` throws ends it.
  virtual void export_backup(const Backup& backup, const std::function<void(std::string_view)>& write) = 0;
  // Reads such a file; the activity has ended when this returns. The backup is one of the environment's then.
  virtual Activity import_backup(const Environment& environment, std::istream& file, const Principal& who) = 0;
  virtual Activity delete_backup(const Backup& backup, const Principal& who) = 0;
};

}  // namespace penstock::api
