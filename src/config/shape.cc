#include "config/shape.h"

#include "config/limits.h"
#include "config/nearest.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace penstock::config {

namespace {

constexpr std::size_t kMostKeysListed = 8;

bool is_hidden(const Member& member) {
  return !member.key.empty() && member.key.front() == '.';
}

std::vector<std::string> keys_of(const std::vector<Property>& properties) {
  std::vector<std::string> keys;
  keys.reserve(properties.size());
  for (const Property& property : properties) keys.push_back(property.key);
  return keys;
}

// The values found, by key.
std::map<std::string, Json> read_properties(Reader& reader, const Field& field, const std::vector<Property>& properties,
                                            std::set<std::string>& present) {
  std::map<std::string, Json> values;
  for (const Member& member : field.node->members) {
    if (is_hidden(member)) continue;
    const auto property = std::find_if(properties.begin(), properties.end(),
                                       [&](const Property& known) { return known.key == member.key; });
    if (property == properties.end()) {
      reader.unknown_key(field, member, keys_of(properties));
      continue;
    }
    const auto child = reader.child(field, member);
    if (child && child->node->is_null()) continue;
    present.insert(member.key);
    auto value = child ? property->shape(reader, *child) : std::nullopt;
    if (value) values.emplace(member.key, std::move(*value));
  }
  return values;
}

std::optional<std::vector<std::pair<std::string, Json>>> read_entries(Reader& reader, const Field& field,
                                                                      const MapOptions& options, const Shape& value) {
  if (field.node->members.size() > options.limit) {
    reader.invalid(field, fmt::format("{} entries, expected at most {}", field.node->members.size(), options.limit));
    return std::nullopt;
  }
  std::vector<std::pair<std::string, Json>> entries;
  std::set<std::string> seen;
  for (const Member& member : field.node->members) {
    if (!options.patterns && is_hidden(member)) continue;
    const auto child = reader.child(field, member);
    if (!child) continue;
    const auto key = options.key ? options.key(reader, *child) : member.key;
    if (key && !seen.insert(*key).second) {
      reader.invalid(*child, fmt::format("the same as another entry of {}: {}", field.path, in_quotes(*key)));
      continue;
    }
    auto json = value(reader, *child);
    if (key && json) entries.emplace_back(*key, std::move(*json));
  }
  return entries;
}

}  // namespace

Shape list_of(Shape item) {
  return [item = std::move(item)](Reader& reader, const Field& field) -> std::optional<Json> {
    if (!field.node->is_list()) {
      reader.expected(field, "a list");
      return std::nullopt;
    }
    if (field.node->items.size() > kMaxEntries) {
      reader.invalid(field, fmt::format("{} items, expected at most {}", field.node->items.size(), kMaxEntries));
      return std::nullopt;
    }
    Json out = Json::array();
    for (std::size_t i = 0; i < field.node->items.size(); ++i) {
      const auto child = reader.item(field, i);
      auto value = child ? item(reader, *child) : std::nullopt;
      if (value) out.push_back(std::move(*value));
    }
    return out;
  };
}

Shape object(std::vector<Property> properties) {
  return [properties = std::move(properties)](Reader& reader, const Field& field) -> std::optional<Json> {
    if (!field.node->is_map() && !field.node->is_null()) {
      const bool few = properties.size() <= kMostKeysListed;
      reader.expected(field, few ? "a map with " + alternatives(keys_of(properties)) : "a map");
      return std::nullopt;
    }
    std::set<std::string> present;
    auto values = read_properties(reader, field, properties, present);
    Json out = Json::object();
    for (const Property& property : properties) {
      if (property.required && present.count(property.key) == 0) reader.missing_key(field, property.key);
      const auto value = values.find(property.key);
      if (value != values.end()) out[property.key] = std::move(value->second);
    }
    return out;
  };
}

Shape map_of(MapOptions options, Shape value) {
  return [options = std::move(options), value = std::move(value)](Reader& reader,
                                                                  const Field& field) -> std::optional<Json> {
    if (!field.node->is_map() && !field.node->is_null()) {
      reader.expected(field, "a map");
      return std::nullopt;
    }
    auto entries = read_entries(reader, field, options, value);
    if (!entries) return std::nullopt;
    if (!options.patterns) {
      std::sort(entries->begin(), entries->end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    }
    // Keys are unique here: operator[] would look for each of them.
    Json::object_t out;
    for (auto& [key, json] : *entries) out.emplace_back(key, std::move(json));
    return Json(std::move(out));
  };
}

Shape map_of(Shape value) {
  return map_of({nullptr, kMaxEntries}, std::move(value));
}

KeyShape name() {
  return [](Reader& reader, const Field& field) -> std::optional<std::string> {
    const std::string& key = field.key;
    const bool fits = !key.empty() && key.size() <= kMaxNameLength && key.front() != '-' && key.front() != '_' &&
                      key.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_") == std::string::npos;
    if (fits) return key;
    reader.invalid(field, fmt::format("expected a name of up to {} lowercase letters, digits, '-' and '_' that begins "
                                      "with a letter or digit",
                                      kMaxNameLength));
    return std::nullopt;
  };
}

Shape scalar_or_map(Shape scalar, Shape map) {
  return [scalar = std::move(scalar), map = std::move(map)](Reader& reader, const Field& field) {
    return field.node->is_map() ? map(reader, field) : scalar(reader, field);
  };
}

}  // namespace penstock::config
