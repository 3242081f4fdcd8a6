#include "config/limits.h"
#include "config/nearest.h"
#include "config/shape.h"
#include "config/units.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <utility>

namespace penstock::config {

namespace {

bool is_text(const Field& field) {
  return field.node->is_scalar();
}

std::optional<bool> read_boolean(const YamlNode& node) {
  if (!node.is_scalar() || node.quoted) return std::nullopt;
  std::string word = node.text;
  std::transform(word.begin(), word.end(), word.begin(), [](unsigned char c) { return std::tolower(c); });
  if (word == "true" || word == "yes" || word == "on") return true;
  if (word == "false" || word == "no" || word == "off") return false;
  return std::nullopt;
}

std::optional<std::int64_t> read_integer(const std::string& text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

}  // namespace

Shape text(std::size_t limit) {
  return [limit](Reader& reader, const Field& field) -> std::optional<Json> {
    if (!is_text(field)) {
      reader.expected(field, "text");
    } else if (field.node->text.size() > limit) {
      reader.invalid(field, fmt::format("{} bytes long, expected at most {}", field.node->text.size(), limit));
    } else {
      return field.node->text;
    }
    return std::nullopt;
  };
}

Shape text() {
  return text(kMaxTextLength);
}

Shape text_like(std::string what, std::function<bool(const std::string&)> fits) {
  return [what = std::move(what), fits = std::move(fits)](Reader& reader, const Field& field) -> std::optional<Json> {
    if (is_text(field) && field.node->text.size() <= kMaxTextLength && fits(field.node->text)) return field.node->text;
    reader.expected(field, what);
    return std::nullopt;
  };
}

Shape boolean() {
  return [](Reader& reader, const Field& field) -> std::optional<Json> {
    const auto value = read_boolean(*field.node);
    if (value) return *value;
    reader.expected(field, "true or false");
    return std::nullopt;
  };
}

Shape integer(std::int64_t least, std::int64_t most) {
  return [least, most](Reader& reader, const Field& field) -> std::optional<Json> {
    const auto value = is_text(field) ? read_integer(field.node->text) : std::nullopt;
    if (value && *value >= least && *value <= most) return *value;
    const bool bounded = most != std::numeric_limits<std::int64_t>::max();
    reader.expected(field, bounded ? fmt::format("a whole number from {} to {}", least, most)
                                   : fmt::format("a whole number, at least {}", least));
    return std::nullopt;
  };
}

Shape duration() {
  return [](Reader& reader, const Field& field) -> std::optional<Json> {
    const auto value = is_text(field) ? parse_duration(field.node->text) : std::nullopt;
    if (value) return *value;
    reader.expected(field, "a duration such as '30s', '5m', '1h' or '7d'");
    return std::nullopt;
  };
}

Shape size() {
  return [](Reader& reader, const Field& field) -> std::optional<Json> {
    const auto value = is_text(field) ? parse_size(field.node->text) : std::nullopt;
    if (value) return *value;
    reader.expected(field, "a size such as '512K', '250m' or '1G'");
    return std::nullopt;
  };
}

Shape one_of(std::vector<std::string> words) {
  return [words = std::move(words)](Reader& reader, const Field& field) -> std::optional<Json> {
    const std::string& word = field.node->text;
    if (is_text(field) && std::find(words.begin(), words.end(), word) != words.end()) return word;
    const auto guess = is_text(field) ? nearest(word, words) : std::nullopt;
    if (guess) {
      reader.invalid(field, fmt::format("expected {}, found {}, did you mean '{}'?", alternatives(words),
                                        in_quotes(word), *guess));
    } else {
      reader.expected(field, alternatives(words));
    }
    return std::nullopt;
  };
}

}  // namespace penstock::config
