#include "runtime/router/cache/cached_response.h"

namespace penstock::router {

std::size_t CachedResponse::bytes() const {
  std::size_t sum = sizeof *this + fields_text.capacity() + body.capacity() + etag.capacity() + vary_values.capacity() +
                    fields.capacity() * sizeof(Field);
  for (const std::string& name : vary) sum += sizeof name + name.capacity();
  return sum;
}

}  // namespace penstock::router
