#include "config/cron_spec.h"

#include <catch2/catch.hpp>

#include <set>

using namespace penstock::config;
using namespace std::chrono;

namespace {

CronTimes times(std::string_view spec, std::string_view seed = "seed") {
  return CronSpec::parse(spec).value().times(seed);
}

local_time<minutes> at(int y, unsigned m, unsigned d, int hour, int minute) {
  return local_days(year(y) / month(m) / day(d)) + hours(hour) + minutes(minute);
}

}  // namespace

TEST_CASE("a time specification means minutes of local time") {
  const CronTimes nightly = times("30 3 * * mon-fri");
  CHECK(nightly.has(at(2026, 11, 20, 3, 30)));
  CHECK_FALSE(nightly.has(at(2026, 11, 20, 3, 31)));
  CHECK_FALSE(nightly.has(at(2026, 11, 21, 3, 30)));
  CHECK(times("*/20 * * * *").minutes.count() == 3);
  CHECK(times("5/20 * * * *").has(at(2026, 1, 1, 0, 45)));
  CHECK(times("0 0 * * 7").has(at(2026, 11, 22, 0, 0)));
  CHECK(times("@monthly").has(at(2026, 12, 1, 0, 0)));
}

TEST_CASE("one of two kinds of days is enough when both are given") {
  const CronTimes either = times("0 0 13 * fri");
  CHECK(either.has(at(2026, 11, 13, 0, 0)));
  CHECK(either.has(at(2026, 11, 20, 0, 0)));
  CHECK(either.has(at(2026, 12, 13, 0, 0)));
  CHECK_FALSE(either.has(at(2026, 12, 14, 0, 0)));
  CHECK_FALSE(times("0 0 13 * *").has(at(2026, 11, 20, 0, 0)));
}

TEST_CASE("H is always the same for one cron, and differs between crons") {
  std::set<unsigned long long> minutes;
  for (const char* seed : {"a", "b", "c", "d", "e", "f", "g", "h"}) {
    const CronTimes chosen = times("H H(1-5) * * *", seed);
    REQUIRE(chosen.minutes.count() == 1);
    REQUIRE(chosen.hours.count() == 1);
    CHECK(chosen.hours.to_ulong() >= 1UL << 1);
    CHECK(chosen.hours.to_ulong() <= 1UL << 5);
    CHECK(times("H H(1-5) * * *", seed).minutes == chosen.minutes);
    minutes.insert(chosen.minutes.to_ullong());
  }
  CHECK(minutes.size() > 1);
}

TEST_CASE("H with a step is an offset") {
  const CronTimes chosen = times("H/15 * * * *");
  CHECK(chosen.minutes.count() == 4);
  CHECK((chosen.minutes << 45).count() == 1);
  CHECK(chosen.shortest_interval() == 15min);
}

TEST_CASE("the shortest interval counts over hours and midnight") {
  CHECK(times("* * * * *").shortest_interval() == 1min);
  CHECK(times("*/7 * * * *").shortest_interval() == 4min);
  CHECK(times("0,30 9,11 * * *").shortest_interval() == 30min);
  CHECK(times("58 23 * * *").shortest_interval() == 24h);
  CHECK(times("0 0,23 * * *").shortest_interval() == 1h);
}
