#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace penstock {

using WallTime = std::chrono::time_point<std::chrono::system_clock, std::chrono::microseconds>;
using SteadyClock = std::chrono::steady_clock;

WallTime wall_now();

// ISO 8601 in UTC with microseconds, as Upsun's API writes it: "2026-11-21T08:23:29.123456+00:00".
std::string iso8601(WallTime time);
// Reads what iso8601() writes, also with fewer or no fractional digits and with "Z". Throws Error.
WallTime parse_iso8601(std::string_view text);

// "0.41s", "12.3s", "2m 05s": for people.
std::string human_duration(std::chrono::nanoseconds duration);

// Measures from its construction.
class Stopwatch {
 public:
  std::chrono::nanoseconds elapsed() const { return SteadyClock::now() - start_; }

 private:
  SteadyClock::time_point start_ = SteadyClock::now();
};

}  // namespace penstock
