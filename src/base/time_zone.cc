#include "base/time_zone.h"

#include "base/error.h"
#include "base/file.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>

namespace penstock {
namespace {

using namespace std::chrono;

constexpr int kLastYear = 2100;

// Reads a TZif file: numbers are big-endian. Throws Error where the data ends too early.
class Bytes {
 public:
  explicit Bytes(std::string_view data) : data_(data) {}

  std::string_view take(std::size_t size) {
    if (size > data_.size()) throw Error("cannot read a time zone: the file is cut short");
    const std::string_view taken = data_.substr(0, size);
    data_.remove_prefix(size);
    return taken;
  }
  std::int64_t number(std::size_t size) {
    std::uint64_t value = 0;
    for (const char byte : take(size)) value = (value << 8) | static_cast<unsigned char>(byte);
    if (size == 4) return static_cast<std::int32_t>(value);
    return static_cast<std::int64_t>(value);
  }
  std::string_view rest() const { return data_; }

 private:
  std::string_view data_;
};

struct Header {
  std::size_t utc_flags, standard_flags, leaps, times, types, characters;

  std::size_t body_size(std::size_t time_size) const {
    return times * (time_size + 1) + types * 6 + characters + leaps * (time_size + 4) + standard_flags + utc_flags;
  }
};

Header read_header(Bytes& bytes) {
  const std::string_view head = bytes.take(20);
  if (head.substr(0, 4) != "TZif" || head[4] < '2')
    throw Error("cannot read a time zone: not a TZif file of version 2");
  const auto count = [&bytes] { return static_cast<std::size_t>(bytes.number(4)); };
  Header header{};
  for (std::size_t* field :
       {&header.utc_flags, &header.standard_flags, &header.leaps, &header.times, &header.types, &header.characters}) {
    *field = count();
  }
  return header;
}

// The last line of a TZif file, as POSIX has it: "CET-1CEST,M3.5.0,M10.5.0/3".
class Footer {
 public:
  explicit Footer(std::string_view text) : text_(text) {}

  struct Rule {
    unsigned month, week, day;
    seconds time;  // of the local day

    sys_seconds in(year in_year, seconds offset) const {
      const weekday when(day);
      const sys_days date =
          week == 5 ? sys_days(in_year / month_of() / when[last]) : sys_days(in_year / month_of() / when[week]);
      return date + time - offset;
    }
    std::chrono::month month_of() const { return std::chrono::month(month); }
  };
  struct Rules {
    seconds standard, summer;
    std::optional<std::pair<Rule, Rule>> changes;  // to summer time and back
  };

  // Nothing where it is of a form that no zone has.
  std::optional<Rules> read() {
    name();
    const auto standard = offset();
    if (!standard) return std::nullopt;
    Rules rules{.standard = -*standard, .summer = -*standard, .changes = {}};
    if (text_.empty()) return rules;
    name();
    rules.summer = rules.standard + 1h;
    if (!text_.empty() && text_.front() != ',') rules.summer = -offset().value_or(0s);
    const auto begin = rule();
    const auto end = rule();
    if (!begin || !end) return std::nullopt;
    rules.changes = {*begin, *end};
    return rules;
  }

 private:
  bool skip(char c) {
    if (text_.empty() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  void name() {
    const bool quoted = skip('<');
    const std::size_t end = quoted ? text_.find('>') : text_.find_first_of("+-0123456789,");
    text_.remove_prefix(std::min(end, text_.size()));
    if (quoted) skip('>');
  }
  std::optional<int> number() {
    int value = 0;
    const auto [end, error] = std::from_chars(text_.data(), text_.data() + text_.size(), value);
    if (error != std::errc()) return std::nullopt;
    text_.remove_prefix(static_cast<std::size_t>(end - text_.data()));
    return value;
  }
  // "-1", "3:30", "+10:30:00".
  std::optional<seconds> offset() {
    skip('+');
    const bool negative = skip('-');
    const auto hour = number();
    if (!hour) return std::nullopt;
    seconds value = hours(*hour);
    if (skip(':')) value += minutes(number().value_or(0));
    if (skip(':')) value += seconds(number().value_or(0));
    return negative ? -value : value;
  }
  // ",M3.5.0/2"
  std::optional<Rule> rule() {
    if (!skip(',') || !skip('M')) return std::nullopt;
    const auto month = number();
    skip('.');
    const auto week = number();
    skip('.');
    const auto day = number();
    if (!month || !week || !day) return std::nullopt;
    Rule rule{static_cast<unsigned>(*month), static_cast<unsigned>(*week), static_cast<unsigned>(*day), 2h};
    if (skip('/')) rule.time = offset().value_or(2h);
    return rule;
  }

  std::string_view text_;
};

}  // namespace

TimeZone TimeZone::load(const std::string& name, const std::filesystem::path& database) {
  if (name == "UTC") {
    TimeZone utc;
    utc.changes_ = {{Time(), 0s}};
    return utc;
  }
  return parse(read_file(database / name));
}

TimeZone TimeZone::parse(std::string_view data) {
  Bytes bytes(data);
  bytes.take(read_header(bytes).body_size(4));
  const Header header = read_header(bytes);
  std::vector<Time> times;
  for (std::size_t i = 0; i < header.times; ++i) times.emplace_back(seconds(bytes.number(8)));
  const std::string_view types = bytes.take(header.times);
  std::vector<seconds> offsets;
  for (std::size_t i = 0; i < header.types; ++i) {
    offsets.emplace_back(bytes.number(4));
    bytes.take(2);
  }
  if (offsets.empty()) throw Error("cannot read a time zone: it has no offsets");
  TimeZone zone;
  zone.changes_.push_back({Time::min(), offsets.front()});
  for (std::size_t i = 0; i < times.size(); ++i) {
    zone.changes_.push_back({times[i], offsets.at(static_cast<unsigned char>(types[i]))});
  }
  bytes.take(header.characters + header.leaps * 12 + header.standard_flags + header.utc_flags);

  std::string_view footer = bytes.rest();
  if (footer.starts_with('\n')) footer.remove_prefix(1);
  const auto rules = Footer(footer.substr(0, footer.find('\n'))).read();
  if (!rules || !rules->changes) return zone;
  const Time known = zone.changes_.back().time;
  for (year y{1970}; y <= year{kLastYear}; ++y) {
    std::vector<Change> changes{{rules->changes->first.in(y, rules->standard), rules->summer},
                                {rules->changes->second.in(y, rules->summer), rules->standard}};
    if (changes[1].time < changes[0].time) std::swap(changes[0], changes[1]);
    for (const Change& change : changes) {
      if (change.time > known) zone.changes_.push_back(change);
    }
  }
  return zone;
}

TimeZone::Local TimeZone::at(Time time) const {
  const auto after = std::upper_bound(changes_.begin(), changes_.end(), time,
                                      [](Time t, const Change& change) { return t < change.time; });
  const auto now = after == changes_.begin() ? after : std::prev(after);
  const auto before = now == changes_.begin() ? now : std::prev(now);
  return {.offset = now->offset, .since = now->time, .former_offset = before->offset};
}

}  // namespace penstock
