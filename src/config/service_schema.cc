#include "config/limits.h"
#include "config/schema.h"
#include "config/service_types.h"

#include <nlohmann/json.hpp>

namespace penstock::config {

namespace {

std::optional<Json> read_type(Reader& reader, const Field& field) {
  auto type = text(kMaxNameLength)(reader, field);
  if (!type) return std::nullopt;
  const std::string why = why_not_service_type(type->get<std::string>());
  if (why.empty()) return type;
  reader.invalid(field, why);
  return std::nullopt;
}

}  // namespace

Shape service_schema() {
  return object({{"type", read_type, true},
                 {"configuration", anything()},
                 {"relationships", relationships_schema()},
                 {"disk", integer(1)},
                 {"size", one_of({"AUTO", "XS", "S", "M", "L", "XL", "2XL", "4XL"})},
                 {"container_profile", one_of({"HIGH_CPU", "BALANCED", "HIGH_MEMORY", "HIGHER_MEMORY"})}});
}

}  // namespace penstock::config
