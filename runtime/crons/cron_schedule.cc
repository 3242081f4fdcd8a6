#include "runtime/crons/cron_schedule.h"

#include "base/error.h"

#include <fmt/format.h>

namespace penstock {
namespace {

using namespace std::chrono;

constexpr days kFurthest{5 * 366};  // over any 29th of February

local_time<minutes> local_of(sys_time<minutes> minute, seconds offset) {
  return local_time<minutes>(floor<minutes>(minute.time_since_epoch() + offset));
}

}  // namespace

CronSchedule CronSchedule::of(const std::string& environment, const config::Application& application,
                              const std::string& cron) {
  const auto spec = config::CronSpec::parse(application.crons.at(cron).spec);
  if (!spec) throw Error(fmt::format("cannot run cron {}: its time specification is none", cron));
  return {spec->times(environment + "/" + application.name + "/" + cron), TimeZone::load(application.timezone)};
}

std::optional<WallTime> CronSchedule::next_after(WallTime time) const {
  Minute minute = floor<minutes>(time) + minutes(1);
  const Minute end = minute + kFurthest;
  while (minute < end) {
    const TimeZone::Local local = zone_.at(minute);
    if (is_due(minute, local)) return minute;
    minute += step_from(local_of(minute, local.offset));
  }
  return std::nullopt;
}

bool CronSchedule::is_due(Minute minute, const TimeZone::Local& local) const {
  if (times_.every_hour()) return times_.has(local_of(minute, local.offset));
  const seconds change = local.offset - local.former_offset;
  if (minute == ceil<minutes>(local.since) && change > seconds(0) && was_skipped(local)) return true;
  const bool again = change < seconds(0) && minute - local.since < -change;
  return !again && times_.has(local_of(minute, local.offset));
}

// Whether it would have been due in the time of day that the change at `local.since` left out.
bool CronSchedule::was_skipped(const TimeZone::Local& local) const {
  const Minute change = ceil<minutes>(local.since);
  for (LocalMinute time = local_of(change, local.former_offset); time < local_of(change, local.offset);
       time += minutes(1)) {
    if (times_.has(time)) return true;
  }
  return false;
}

// To the next minute; over an hour that has none to the next hour.
minutes CronSchedule::step_from(LocalMinute time) const {
  const local_days date = floor<days>(time);
  const hh_mm_ss of_day(time - date);
  const bool hour_fits = times_.hours[static_cast<std::size_t>(of_day.hours().count())] && times_.has_day(date);
  return hour_fits ? minutes(1) : hours(1) - of_day.minutes();
}

}  // namespace penstock
