#include "store/cron_run.h"

#include "store/database.h"

namespace penstock {

void CronRuns::begin(const CronId& cron, WallTime at) {
  database_.run(
      "INSERT INTO cron_runs VALUES (?, ?, ?, ?, ?) "
      "ON CONFLICT (project, environment, application, cron) DO UPDATE SET begun_at = excluded.begun_at",
      cron.project, cron.environment, cron.application, cron.cron, at);
}

std::optional<WallTime> CronRuns::last(const CronId& cron) const {
  Statement row = database_.query(
      "SELECT begun_at FROM cron_runs WHERE project = ? AND environment = ? AND application = ? AND cron = ?",
      cron.project, cron.environment, cron.application, cron.cron);
  if (!row.step()) return std::nullopt;
  return row.time();
}

}  // namespace penstock
