#include "config/paths.h"
#include "config/units.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <sstream>
#include <string>

namespace penstock::config {

namespace {

struct CronField {
  int first;
  int last;
  std::string_view names;  // of the values from `first` on, three letters each
};

constexpr std::array<CronField, 5> kFields{{{0, 59, ""},
                                            {0, 23, ""},
                                            {1, 31, ""},
                                            {1, 12, "janfebmaraprmayjunjulaugsepoctnovdec"},
                                            {0, 7, "sunmontuewedthufrisatsun"}}};

std::optional<int> read_number(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

std::optional<int> read_value(std::string_view text, const CronField& field) {
  std::string name(text);
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
  for (std::size_t i = 0; name.size() == 3 && i < field.names.size(); i += 3) {
    if (field.names.substr(i, 3) == name) return field.first + static_cast<int>(i / 3);
  }
  const auto value = read_number(text);
  return value && *value >= field.first && *value <= field.last ? value : std::nullopt;
}

bool is_range(std::string_view text, const CronField& field) {
  const std::size_t dash = text.find('-');
  const auto first = read_value(text.substr(0, dash), field);
  if (dash == std::string_view::npos) return first.has_value();
  const auto last = read_value(text.substr(dash + 1), field);
  return first && last && *first <= *last;
}

// "*", "H", "H(1-5)", "7", "1-5"; all but a single value may be followed by "/step".
bool is_item(std::string_view text, const CronField& field) {
  const std::size_t slash = text.find('/');
  if (slash != std::string_view::npos) {
    const auto step = read_number(text.substr(slash + 1));
    if (!step || *step < 1 || *step > field.last) return false;
    text = text.substr(0, slash);
  }
  if (text == "*" || text == "H") return true;
  if (text.size() > 3 && text.substr(0, 2) == "H(" && text.back() == ')') {
    return is_range(text.substr(2, text.size() - 3), field);
  }
  return is_range(text, field);
}

bool is_field(const std::string& text, const CronField& field) {
  const auto items = split(text, ',');
  return std::all_of(items.begin(), items.end(), [&](const std::string& item) { return is_item(item, field); });
}

}  // namespace

bool is_cron_spec(std::string_view text) {
  for (const std::string_view word : {"@yearly", "@annually", "@monthly", "@weekly", "@daily", "@hourly"}) {
    if (text == word) return true;
  }
  if (text.size() > 200) return false;
  std::istringstream stream{std::string(text)};
  std::string part;
  std::size_t count = 0;
  while (stream >> part) {
    if (count == kFields.size() || !is_field(part, kFields.at(count))) return false;
    ++count;
  }
  return count == kFields.size();
}

}  // namespace penstock::config
