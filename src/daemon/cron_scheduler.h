#pragma once

#include "base/clock.h"
#include "runtime/crons/cron_schedule.h"
#include "store/cron_run.h"
#include "store/deployment.h"

#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace penstock {

class Store;
struct Environment;

// Begins crons when they are due. One that was due while penstockd was away is made up for, once.
class CronScheduler {
 public:
  using Begin = std::function<void(const CronId& cron)>;

  CronScheduler(Store& store, Begin begin) : store_(store), begin_(std::move(begin)) {}

  // Every full minute, until stopped. Throws nothing.
  void run(const std::stop_token& stop);
  // What is due by `now`, since the last call.
  void tick(WallTime now);

 private:
  struct Planned {
    CronId id;
    CronSchedule schedule;
    std::optional<WallTime> due;
  };
  using Plans = std::map<std::string, std::vector<Planned>>;  // by deployment

  void tick(const Environment& environment, WallTime now, Plans& plans);
  std::vector<Planned> planned(const Environment& environment, const Deployment& live) const;
  bool is_too_soon(const CronId& cron, WallTime now) const;

  Store& store_;
  const Begin begin_;
  Plans plans_;  // of what was live at the last call
};

}  // namespace penstock
