#include "config/limits.h"
#include "config/schema.h"

#include <nlohmann/json.hpp>

namespace penstock::config {

namespace {

constexpr std::size_t kMaxRelationships = 100;

// "service:endpoint", or nothing for the service and endpoint that the name stands for.
std::optional<Json> read_short(Reader& reader, const Field& field) {
  if (field.node->is_null()) return field.key + ":";
  const std::string& text = field.node->text;
  const std::size_t colon = text.find(':');
  const bool fits = field.node->is_scalar() && colon > 0 && colon != std::string::npos && colon + 1 < text.size();
  if (fits && text.size() <= 2 * kMaxNameLength) return text;
  reader.expected(field, "'SERVICE:ENDPOINT', or a map with 'service' and 'endpoint'");
  return std::nullopt;
}

}  // namespace

Shape relationships_schema() {
  const Shape whole = object({{"service", text(kMaxNameLength)}, {"endpoint", text(kMaxNameLength)}});
  const Shape entry = [whole](Reader& reader, const Field& field) -> std::optional<Json> {
    const auto parts = whole(reader, field);
    if (!parts) return std::nullopt;
    return parts->value("service", field.key) + ":" + parts->value("endpoint", "");
  };
  return map_of({name(), kMaxRelationships}, scalar_or_map(read_short, entry));
}

}  // namespace penstock::config
