// When a cron is due: "H 3 * * mon-fri".
#pragma once

#include <array>
#include <bitset>
#include <chrono>
#include <optional>
#include <string_view>
#include <vector>

namespace penstock::config {

// The minutes of local time that a time specification means.
struct CronTimes {
  std::bitset<60> minutes;
  std::bitset<24> hours;
  std::bitset<32> days;     // of the month, from 1
  std::bitset<13> months;   // from 1
  std::bitset<7> weekdays;  // from Sunday
  bool either_day = false;  // both kinds of days are restricted: one that fits is enough

  bool has_day(std::chrono::local_days date) const;
  bool has(std::chrono::local_time<std::chrono::minutes> time) const;
  bool every_hour() const { return hours.all(); }
  // The least time between two of them that follow each other within a day or over midnight.
  std::chrono::minutes shortest_interval() const;
};

// Five fields as cron takes them, where H stands for a value of Penstock's choice, also "H(0-29)", "H/15"; or "@daily"
// and its like.
class CronSpec {
 public:
  // Nothing when it is none.
  static std::optional<CronSpec> parse(std::string_view text);

  // H becomes what `seed` says: for one seed always the same, for others mostly another.
  CronTimes times(std::string_view seed) const;

 private:
  struct Item {
    bool chosen = false;  // H
    int first = 0;
    int last = 0;
    int step = 0;  // 0: none
  };
  struct Field {
    std::vector<Item> items;
    bool any = false;  // begins with '*'
  };

  static std::optional<Item> parse_item(std::string_view text, std::size_t field);

  std::array<Field, 5> fields_;
};

}  // namespace penstock::config
