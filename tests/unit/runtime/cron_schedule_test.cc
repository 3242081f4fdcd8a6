#include "runtime/crons/cron_schedule.h"

#include "runtime/crons/cron_state.h"

#include <catch2/catch.hpp>

using namespace penstock;
using namespace std::chrono;

namespace {

CronSchedule schedule(const char* spec, const char* zone = "UTC") {
  return {config::CronSpec::parse(spec).value().times("seed"), TimeZone::load(zone)};
}

// "2026-11-21T03:30" of the next time after such a one, or nothing.
std::string after(const CronSchedule& schedule, const std::string& time) {
  const auto next = schedule.next_after(parse_iso8601(time + ":00Z"));
  return next ? iso8601(*next).substr(0, 16) : "";
}

}  // namespace

TEST_CASE("the next time is a full minute after the one given") {
  const CronSchedule every = schedule("*/10 * * * *");
  CHECK(after(every, "2026-11-21T03:00") == "2026-11-21T03:10");
  CHECK(iso8601(every.next_after(parse_iso8601("2026-11-21T03:09:59.9Z")).value()) ==
        "2026-11-21T03:10:00.000000+00:00");
  CHECK(after(schedule("30 3 29 2 *"), "2026-11-21T03:00") == "2028-02-29T03:30");
  CHECK(after(schedule("0 0 31 2 *"), "2026-11-21T03:00").empty());
}

TEST_CASE("times are of the application's time zone") {
  CHECK(after(schedule("0 3 * * *", "Europe/Paris"), "2026-01-10T03:00") == "2026-01-11T02:00");
  CHECK(after(schedule("0 3 * * *", "Europe/Paris"), "2026-07-10T03:00") == "2026-07-11T01:00");
  CHECK(after(schedule("0 12 * * *", "Asia/Kathmandu"), "2026-07-10T03:00") == "2026-07-10T06:15");
}

TEST_CASE("what is due in an hour that clocks leave out is due right after it") {
  const CronSchedule nightly = schedule("30 2 * * *", "Europe/Paris");
  CHECK(after(nightly, "2026-03-28T12:00") == "2026-03-29T01:00");
  CHECK(after(nightly, "2026-03-29T01:00") == "2026-03-30T00:30");
}

TEST_CASE("what is due in an hour that clocks repeat is due once") {
  const CronSchedule nightly = schedule("30 2 * * *", "Europe/Paris");
  CHECK(after(nightly, "2026-10-24T12:00") == "2026-10-25T00:30");
  CHECK(after(nightly, "2026-10-25T00:30") == "2026-10-26T01:30");
  CHECK(after(schedule("0 * * * *", "Europe/Paris"), "2026-10-25T00:30") == "2026-10-25T01:00");
}

TEST_CASE("previews that nobody has deployed for two weeks run no crons") {
  Environment environment;
  environment.status = EnvironmentStatus::Active;
  environment.deployment_state.last_deployment_at = wall_now() - days(13);
  CHECK(cron_state(environment, wall_now()) == CronState::Running);
  environment.deployment_state.last_deployment_at = wall_now() - days(15);
  CHECK(cron_state(environment, wall_now()) == CronState::Paused);
  environment.type = EnvironmentType::Production;
  CHECK(cron_state(environment, wall_now()) == CronState::Running);
  environment.status = EnvironmentStatus::Inactive;
  CHECK(cron_state(environment, wall_now()) == CronState::Sleeping);
}
