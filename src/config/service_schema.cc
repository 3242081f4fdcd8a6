#include "config/limits.h"
#include "config/schema.h"

namespace penstock::config {

Shape service_schema() {
  return object({{"type", text(kMaxNameLength), true},
                 {"configuration", anything()},
                 {"relationships", relationships_schema()},
                 {"disk", integer(1)},
                 {"size", one_of({"AUTO", "XS", "S", "M", "L", "XL", "2XL", "4XL"})},
                 {"container_profile", one_of({"HIGH_CPU", "BALANCED", "HIGH_MEMORY", "HIGHER_MEMORY"})}});
}

}  // namespace penstock::config
