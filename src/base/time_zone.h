#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace penstock {

// The offsets of a time zone from UTC, of the past and up to the year 2100.
class TimeZone {
 public:
  using Seconds = std::chrono::seconds;
  using Time = std::chrono::sys_seconds;

  // What holds at a moment.
  struct Local {
    Seconds offset;         // of local time from UTC
    Time since;             // from when on
    Seconds former_offset;  // until then
  };

  // "Europe/Paris", of the machine's database; UTC needs none. Throws Error when it is not there or cannot be read.
  static TimeZone load(const std::string& name, const std::filesystem::path& database = "/usr/share/zoneinfo");
  // Of the content of a TZif file (RFC 8536), version 2 or later.
  static TimeZone parse(std::string_view data);

  Local at(Time time) const;

 private:
  struct Change {
    Time time;
    Seconds offset;
  };

  std::vector<Change> changes_;  // by time; the first holds for all before it, too
};

}  // namespace penstock
