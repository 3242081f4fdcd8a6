#include "config/units.h"

#include <array>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>

namespace penstock::config {

namespace {

constexpr double kDay = 86'400;
constexpr double kLongest = 1e11;  // seconds: longer than any use, and far from overflow
constexpr double kLargest = 1e15;  // bytes

// A decimal number and what follows it; none when `text` does not begin with one.
std::optional<std::pair<double, std::string_view>> split_number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  if (error != std::errc() || !std::isfinite(value)) return std::nullopt;
  return std::pair{value, text.substr(static_cast<std::size_t>(end - text.data()))};
}

std::optional<double> seconds_of_unit(std::string_view unit) {
  static constexpr std::array<std::pair<std::string_view, double>, 9> units{{{"", 1},
                                                                             {"ms", 0.001},
                                                                             {"s", 1},
                                                                             {"m", 60},
                                                                             {"h", 3600},
                                                                             {"d", kDay},
                                                                             {"w", 7 * kDay},
                                                                             {"M", 30 * kDay},
                                                                             {"y", 365 * kDay}}};
  for (const auto& [name, seconds] : units) {
    if (name == unit) return seconds;
  }
  return std::nullopt;
}

std::optional<double> bytes_of_unit(std::string_view unit) {
  if (unit.empty()) return 1;
  const std::string_view rest = unit.substr(1);
  if (!rest.empty() && rest != "b" && rest != "B" && rest != "ib" && rest != "iB") return std::nullopt;
  switch (unit[0]) {
    case 'k':
    case 'K':
      return 1024.0;
    case 'm':
    case 'M':
      return 1024.0 * 1024;
    case 'g':
    case 'G':
      return 1024.0 * 1024 * 1024;
    default:
      return std::nullopt;
  }
}

}  // namespace

std::optional<std::int64_t> parse_duration(std::string_view text) {
  const auto number = split_number(text);
  if (!number) return std::nullopt;
  const auto unit = seconds_of_unit(number->second);
  if (!unit || std::abs(number->first * *unit) > kLongest) return std::nullopt;
  const double seconds = number->first * *unit;
  return static_cast<std::int64_t>(seconds < 0 ? std::floor(seconds) : std::ceil(seconds));
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
  const auto number = split_number(text);
  if (!number || number->first < 0) return std::nullopt;
  const auto unit = bytes_of_unit(number->second);
  if (!unit || number->first * *unit > kLargest) return std::nullopt;
  return static_cast<std::uint64_t>(number->first * *unit);
}

bool is_timezone(std::string_view name) {
  static const std::filesystem::path database = "/usr/share/zoneinfo";
  if (name.empty() || name.size() > 64 || name.front() == '/') return false;
  for (const char c : name) {
    const bool fits = std::isalnum(static_cast<unsigned char>(c)) || c == '/' || c == '_' || c == '-' || c == '+';
    if (!fits) return false;
  }
  if (name == "UTC" || !std::filesystem::is_directory(database)) return true;
  return std::filesystem::is_regular_file(database / name);
}

}  // namespace penstock::config
