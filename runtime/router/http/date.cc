#include "runtime/router/http/date.h"

#include <fmt/chrono.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace penstock::router {
namespace {

constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

// Takes a date apart from its left end; once something is not as expected, nothing is.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  void skip(std::string_view expected) {
    good_ &= rest_.starts_with(expected);
    if (good_) rest_.remove_prefix(expected.size());
  }
  // `width` digits; with `padded`, the first may be a space.
  int number(std::size_t width, bool padded = false) {
    if (padded && rest_.starts_with(' ')) {
      rest_.remove_prefix(1);
      --width;
    }
    int value = 0;
    good_ &= rest_.size() >= width;
    if (!good_) return 0;
    const char* end = rest_.data() + width;
    const auto parsed = std::from_chars(rest_.data(), end, value);
    good_ &= parsed.ec == std::errc() && parsed.ptr == end && value >= 0;
    rest_.remove_prefix(width);
    return value;
  }
  int month() {
    const auto* found = std::find(kMonths.begin(), kMonths.end(), rest_.substr(0, 3));
    good_ &= found != kMonths.end();
    if (good_) rest_.remove_prefix(3);
    return static_cast<int>(found - kMonths.begin());
  }
  void time(std::tm& date) {
    date.tm_hour = number(2);
    skip(":");
    date.tm_min = number(2);
    skip(":");
    date.tm_sec = number(2);
  }
  bool complete() const { return good_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool good_ = true;
};

bool in_range(const std::tm& date) {
  return date.tm_mday >= 1 && date.tm_mday <= 31 && date.tm_hour < 24 && date.tm_min < 60 && date.tm_sec <= 60;
}

std::optional<std::time_t> seconds_of(std::tm& date, const Scanner& scanner) {
  if (!scanner.complete() || !in_range(date)) return std::nullopt;
  return ::timegm(&date);
}

// "06 Nov 1994 08:49:37 GMT", after the name of the day.
std::optional<std::time_t> parse_fixed(std::string_view text) {
  Scanner scanner(text);
  std::tm date{};
  date.tm_mday = scanner.number(2);
  scanner.skip(" ");
  date.tm_mon = scanner.month();
  scanner.skip(" ");
  date.tm_year = scanner.number(4) - 1900;
  scanner.skip(" ");
  scanner.time(date);
  scanner.skip(" GMT");
  return seconds_of(date, scanner);
}

// "06-Nov-94 08:49:37 GMT". A year that seems to be more than 50 years ahead is one of the past.
std::optional<std::time_t> parse_rfc850(std::string_view text) {
  Scanner scanner(text);
  std::tm date{};
  date.tm_mday = scanner.number(2);
  scanner.skip("-");
  date.tm_mon = scanner.month();
  scanner.skip("-");
  const std::time_t now = std::time(nullptr);
  std::tm today{};
  ::gmtime_r(&now, &today);
  const int century = today.tm_year / 100 * 100;
  date.tm_year = century + scanner.number(2);
  if (date.tm_year > today.tm_year + 50) date.tm_year -= 100;
  scanner.skip(" ");
  scanner.time(date);
  scanner.skip(" GMT");
  return seconds_of(date, scanner);
}

// "Nov  6 08:49:37 1994".
std::optional<std::time_t> parse_asctime(std::string_view text) {
  Scanner scanner(text);
  std::tm date{};
  date.tm_mon = scanner.month();
  scanner.skip(" ");
  date.tm_mday = scanner.number(2, true);
  scanner.skip(" ");
  scanner.time(date);
  scanner.skip(" ");
  date.tm_year = scanner.number(4) - 1900;
  return seconds_of(date, scanner);
}

}  // namespace

std::string http_date(std::time_t time) {
  return fmt::format("{:%a, %d %b %Y %H:%M:%S GMT}", fmt::gmtime(time));
}

std::string common_log_date(std::time_t time) {
  return fmt::format("{:%d/%b/%Y:%H:%M:%S +0000}", fmt::gmtime(time));
}

std::optional<std::time_t> parse_http_date(std::string_view text) {
  const std::size_t comma = text.find(", ");
  if (comma == std::string_view::npos) return text.size() > 4 ? parse_asctime(text.substr(4)) : std::nullopt;
  const std::string_view date = text.substr(comma + 2);
  return comma == 3 ? parse_fixed(date) : parse_rfc850(date);
}

}  // namespace penstock::router
