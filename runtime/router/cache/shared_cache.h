#pragma once

#include "runtime/router/cache/fill_book.h"
#include "runtime/router/cache/response_cache.h"

namespace penstock::router {

// What the caches of all event loops are. Thread safe; outlives the loops' Workers.
struct SharedCache {
  explicit SharedCache(CacheLimits limits) : responses(limits) {}

  ResponseCache responses;
  FillBook fills;
};

}  // namespace penstock::router
