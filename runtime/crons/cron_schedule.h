#pragma once

#include "base/clock.h"
#include "base/time_zone.h"
#include "config/application.h"
#include "config/cron_spec.h"

#include <optional>
#include <string>

namespace penstock {

// When one cron of an environment is due.
class CronSchedule {
 public:
  CronSchedule(config::CronTimes times, TimeZone zone) : times_(std::move(times)), zone_(std::move(zone)) {}

  // H has the same value for the same `environment`, application and cron. Throws Error for a time zone that this
  // machine does not know.
  static CronSchedule of(const std::string& environment, const config::Application& application,
                         const std::string& cron);

  // The first full minute after `time` at which it is due; nothing when there is none within years. Where clocks are
  // put forward, what was due in between is due at once; where they are put back, what has run at an hour does not
  // run at that hour again, unless it is due every hour.
  std::optional<WallTime> next_after(WallTime time) const;

 private:
  using Minute = std::chrono::sys_time<std::chrono::minutes>;
  using LocalMinute = std::chrono::local_time<std::chrono::minutes>;

  bool is_due(Minute minute, const TimeZone::Local& local) const;
  bool was_skipped(const TimeZone::Local& local) const;
  std::chrono::minutes step_from(LocalMinute time) const;

  config::CronTimes times_;
  TimeZone zone_;
};

}  // namespace penstock
