#include "config/cron_spec.h"

#include "base/digest.h"
#include "config/paths.h"
#include "config/units.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <sstream>
#include <string>

namespace penstock::config {

namespace {

using namespace std::chrono;

constexpr std::size_t kLongestSpec = 200;

struct FieldRange {
  int first;
  int last;
  int last_chosen;         // by H: every month has it, and Sunday has one name
  std::string_view names;  // of the values from `first` on, three letters each
};

constexpr std::array<FieldRange, 5> kRanges{{{0, 59, 59, ""},
                                             {0, 23, 23, ""},
                                             {1, 31, 28, ""},
                                             {1, 12, 12, "janfebmaraprmayjunjulaugsepoctnovdec"},
                                             {0, 7, 6, "sunmontuewedthufrisatsun"}}};

struct Alias {
  std::string_view name;
  std::string_view spec;
};
constexpr std::array<Alias, 6> kAliases{{{"@yearly", "0 0 1 1 *"},
                                         {"@annually", "0 0 1 1 *"},
                                         {"@monthly", "0 0 1 * *"},
                                         {"@weekly", "0 0 * * 0"},
                                         {"@daily", "0 0 * * *"},
                                         {"@hourly", "0 * * * *"}}};

std::optional<int> read_number(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

std::optional<int> read_value(std::string_view text, const FieldRange& range) {
  std::string name(text);
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
  for (std::size_t i = 0; name.size() == 3 && i < range.names.size(); i += 3) {
    if (range.names.substr(i, 3) == name) return range.first + static_cast<int>(i / 3);
  }
  const auto value = read_number(text);
  return value && *value >= range.first && *value <= range.last ? value : std::nullopt;
}

// "7", "1-5".
std::optional<std::pair<int, int>> read_range(std::string_view text, const FieldRange& range) {
  const std::size_t dash = text.find('-');
  const auto first = read_value(text.substr(0, dash), range);
  if (dash == std::string_view::npos) return first ? std::optional(std::pair(*first, *first)) : std::nullopt;
  const auto last = read_value(text.substr(dash + 1), range);
  return first && last && *first <= *last ? std::optional(std::pair(*first, *last)) : std::nullopt;
}

int chosen_below(int count, std::string_view seed, std::size_t field) {
  constexpr std::size_t digits = 7;
  const std::string hash = sha256_hex(fmt::format("{}/{}", seed, field)).substr(0, digits);
  return std::stoi(hash, nullptr, 16) % count;
}

}  // namespace

bool CronTimes::has_day(local_days date) const {
  const year_month_day day(date);
  if (!months[static_cast<unsigned>(day.month())]) return false;
  const bool by_day = days[static_cast<unsigned>(day.day())];
  const bool by_weekday = weekdays[weekday(date).c_encoding()];
  return either_day ? by_day || by_weekday : by_day && by_weekday;
}

bool CronTimes::has(local_time<std::chrono::minutes> time) const {
  const local_days date = floor<std::chrono::days>(time);
  const hh_mm_ss of_day(time - date);
  return minutes[static_cast<std::size_t>(of_day.minutes().count())] &&
         hours[static_cast<std::size_t>(of_day.hours().count())] && has_day(date);
}

std::chrono::minutes CronTimes::shortest_interval() const {
  constexpr int day = 24 * 60;
  std::vector<int> of_day;
  for (int minute = 0; minute < day; ++minute) {
    if (hours[static_cast<std::size_t>(minute / 60)] && minutes[static_cast<std::size_t>(minute % 60)]) {
      of_day.push_back(minute);
    }
  }
  int shortest = of_day.front() + day - of_day.back();
  for (std::size_t i = 1; i < of_day.size(); ++i) shortest = std::min(shortest, of_day[i] - of_day[i - 1]);
  return std::chrono::minutes(shortest);
}

std::optional<CronSpec> CronSpec::parse(std::string_view text) {
  for (const Alias& alias : kAliases) {
    if (text == alias.name) text = alias.spec;
  }
  if (text.size() > kLongestSpec) return std::nullopt;
  CronSpec spec;
  std::istringstream stream{std::string(text)};
  std::string part;
  std::size_t count = 0;
  for (; stream >> part; ++count) {
    if (count == kRanges.size()) return std::nullopt;
    spec.fields_.at(count).any = part.front() == '*';
    for (const std::string& text_of_item : split(part, ',')) {
      const auto item = parse_item(text_of_item, count);
      if (!item) return std::nullopt;
      spec.fields_.at(count).items.push_back(*item);
    }
  }
  return count == kRanges.size() ? std::optional(spec) : std::nullopt;
}

// "*", "H", "H(1-5)", "7", "1-5"; each may be followed by "/step".
std::optional<CronSpec::Item> CronSpec::parse_item(std::string_view text, std::size_t field) {
  const FieldRange& range = kRanges.at(field);
  Item item{.chosen = text.starts_with('H'), .first = range.first, .last = range.last, .step = 0};
  const std::size_t slash = text.find('/');
  if (slash != std::string_view::npos) {
    const auto step = read_number(text.substr(slash + 1));
    if (!step || *step < 1 || *step > range.last) return std::nullopt;
    item.step = *step;
    text = text.substr(0, slash);
  }
  if (text == "*") return item;
  if (item.chosen) item.last = range.last_chosen;
  if (text == "H") return item;
  const bool limited = text.size() > 3 && text.starts_with("H(") && text.ends_with(')');
  const auto values = read_range(limited ? text.substr(2, text.size() - 3) : text, range);
  if (!values || item.chosen != limited) return std::nullopt;
  const bool open = values->first == values->second && item.step > 0;
  item.first = values->first;
  item.last = open ? range.last : values->second;
  return item;
}

CronTimes CronSpec::times(std::string_view seed) const {
  std::array<std::bitset<64>, 5> values;
  for (std::size_t field = 0; field < fields_.size(); ++field) {
    for (const Item& item : fields_.at(field).items) {
      const int span = item.last - item.first + 1;
      const int offset = item.chosen ? chosen_below(item.step > 0 ? std::min(item.step, span) : span, seed, field) : 0;
      const int step = item.step > 0 ? item.step : item.chosen ? span : 1;
      for (int value = item.first + offset; value <= item.last; value += step) {
        values.at(field).set(static_cast<std::size_t>(value));
      }
    }
  }
  if (values[4][7]) values[4].set(0);
  CronTimes times;
  for (std::size_t i = 0; i < times.minutes.size(); ++i) times.minutes[i] = values[0][i];
  for (std::size_t i = 0; i < times.hours.size(); ++i) times.hours[i] = values[1][i];
  for (std::size_t i = 0; i < times.days.size(); ++i) times.days[i] = values[2][i];
  for (std::size_t i = 0; i < times.months.size(); ++i) times.months[i] = values[3][i];
  for (std::size_t i = 0; i < times.weekdays.size(); ++i) times.weekdays[i] = values[4][i];
  times.either_day = !fields_[2].any && !fields_[4].any;
  return times;
}

bool is_cron_spec(std::string_view text) {
  return CronSpec::parse(text).has_value();
}

}  // namespace penstock::config
