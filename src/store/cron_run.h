#pragma once

#include "base/clock.h"

#include <optional>
#include <string>

namespace penstock {

class Database;

// A cron of an environment's application.
struct CronId {
  std::string project;
  std::string environment;
  std::string application;
  std::string cron;

  auto operator<=>(const CronId&) const = default;
};

// When each cron ran last, so that a start knows what was missed, and runs nothing twice.
class CronRuns {
 public:
  explicit CronRuns(Database& database) : database_(database) {}

  // On disk when it returns. Throws Conflict when there is no such environment.
  void begin(const CronId& cron, WallTime at);
  std::optional<WallTime> last(const CronId& cron) const;

 private:
  Database& database_;
};

}  // namespace penstock
