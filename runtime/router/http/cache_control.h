#pragma once

#include "runtime/router/http/fields.h"

#include <chrono>
#include <optional>

namespace penstock::router {

// The directives of Cache-Control that matter to a shared cache (RFC 9111 section 5.2). `private` and `no-cache` for
// some fields only count as for all.
struct CacheControl {
  bool no_store = false;
  bool no_cache = false;
  bool only_private = false;
  bool is_public = false;
  bool must_revalidate = false;  // also proxy-revalidate
  bool no_transform = false;
  std::optional<std::chrono::seconds> max_age;  // zero where it is not a number
  std::optional<std::chrono::seconds> s_maxage;
};

// Of all Cache-Control fields together.
CacheControl read_cache_control(const FieldList& fields);

}  // namespace penstock::router
