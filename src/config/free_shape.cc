#include "config/limits.h"
#include "config/shape.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <charconv>
#include <map>
#include <utility>

namespace penstock::config {

namespace {

template <typename Number>
std::optional<Number> read_number(const std::string& text) {
  Number value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

// As YAML's core schema reads it.
Json read_scalar(const YamlNode& node) {
  if (node.is_null()) return nullptr;
  if (node.quoted) return node.text;
  if (node.text == "true" || node.text == "True" || node.text == "TRUE") return true;
  if (node.text == "false" || node.text == "False" || node.text == "FALSE") return false;
  if (const auto whole = read_number<std::int64_t>(node.text)) return *whole;
  const bool decimal = !node.text.empty() && node.text.find_first_not_of("0123456789.eE+-") == std::string::npos;
  if (const auto number = decimal ? read_number<double>(node.text) : std::nullopt) return *number;
  return node.text;
}

std::optional<Json> read_anything(Reader& reader, const Field& field, std::size_t depth);

std::optional<Json> read_any_list(Reader& reader, const Field& field, std::size_t depth) {
  Json out = Json::array();
  for (std::size_t i = 0; i < field.node->items.size(); ++i) {
    const auto item = reader.item(field, i);
    auto value = item ? read_anything(reader, *item, depth + 1) : std::nullopt;
    if (!value) return std::nullopt;
    out.push_back(std::move(*value));
  }
  return out;
}

std::optional<Json> read_any_map(Reader& reader, const Field& field, std::size_t depth) {
  std::map<std::string, Json> sorted;
  for (const Member& member : field.node->members) {
    const auto child = reader.child(field, member);
    auto value = child ? read_anything(reader, *child, depth + 1) : std::nullopt;
    if (!value) return std::nullopt;
    sorted.emplace(member.key, std::move(*value));
  }
  return Json(sorted);
}

std::optional<Json> read_anything(Reader& reader, const Field& field, std::size_t depth) {
  if (depth > kMaxDepth) {
    reader.invalid(field, fmt::format("lists and maps are more than {} deep", kMaxDepth));
    return std::nullopt;
  }
  const std::size_t entries = field.node->items.size() + field.node->members.size();
  if (entries > kMaxEntries) {
    reader.invalid(field, fmt::format("{} entries, expected at most {}", entries, kMaxEntries));
    return std::nullopt;
  }
  if (field.node->is_list()) return read_any_list(reader, field, depth);
  if (field.node->is_map()) return read_any_map(reader, field, depth);
  return read_scalar(*field.node);
}

}  // namespace

Shape anything() {
  return [](Reader& reader, const Field& field) { return read_anything(reader, field, 0); };
}

}  // namespace penstock::config
