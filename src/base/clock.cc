#include "base/clock.h"

#include "base/error.h"

#include <fmt/core.h>

#include <time.h>

#include <cmath>
#include <cstdio>

namespace penstock {

WallTime wall_now() {
  return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
}

std::string iso8601(WallTime time) {
  const auto micros = time.time_since_epoch().count();
  const time_t seconds = static_cast<time_t>(micros / 1'000'000);
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}+00:00", utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday,
                     utc.tm_hour, utc.tm_min, utc.tm_sec, micros % 1'000'000);
}

WallTime parse_iso8601(std::string_view text) {
  const std::string copy(text);
  std::tm utc{};
  int consumed = 0;
  if (std::sscanf(copy.c_str(), "%4d-%2d-%2dT%2d:%2d:%2d%n", &utc.tm_year, &utc.tm_mon, &utc.tm_mday, &utc.tm_hour,
                  &utc.tm_min, &utc.tm_sec, &consumed) != 6) {
    throw Error("cannot read time '" + copy + "': expected ISO 8601, e.g. 2026-11-21T08:23:29+00:00");
  }
  utc.tm_year -= 1900;
  utc.tm_mon -= 1;
  std::size_t at = static_cast<std::size_t>(consumed);
  long micros = 0;
  if (at < copy.size() && copy[at] == '.') {
    long scale = 100'000;
    for (++at; at < copy.size() && copy[at] >= '0' && copy[at] <= '9'; ++at, scale /= 10) {
      micros += (copy[at] - '0') * scale;
    }
  }
  const std::string zone = copy.substr(at);
  if (zone != "Z" && zone != "+00:00") throw Error("cannot read time '" + copy + "': expected UTC");
  return WallTime(std::chrono::seconds(::timegm(&utc)) + std::chrono::microseconds(micros));
}

std::string human_duration(std::chrono::nanoseconds duration) {
  const double seconds = std::chrono::duration<double>(duration).count();
  if (seconds < 10) return fmt::format("{:.2f}s", seconds);
  if (seconds < 60) return fmt::format("{:.1f}s", seconds);
  const auto whole = static_cast<long>(std::lround(seconds));
  return fmt::format("{}m {:02}s", whole / 60, whole % 60);
}

}  // namespace penstock
