#pragma once

#include "runtime/router/cache/response_cache.h"
#include "runtime/router/client/response_sink.h"

#include <string>

namespace penstock::router {

// Has the cache forget a URL once an unsafe request to it succeeded (RFC 9111 section 4.4).
class Invalidator final : public ResponseFilter {
 public:
  // `key` is one of the URL.
  Invalidator(ResponseSink& next, ResponseCache& cache, std::string key)
      : ResponseFilter(next), cache_(cache), key_(std::move(key)) {}

  void begin(ResponseHead& head) override {
    if (head.status >= 200 && head.status < 400) cache_.invalidate(CacheKey(key_));
    next().begin(head);
  }

 private:
  ResponseCache& cache_;
  std::string key_;
};

}  // namespace penstock::router
