#pragma once

#include "runtime/router/cache/cache_key.h"
#include "runtime/router/cache/fill_book.h"
#include "runtime/router/cache/response_cache.h"
#include "runtime/router/hold/held_request.h"
#include "runtime/router/table/route_table.h"

#include <optional>
#include <string_view>

namespace penstock::router {

class Downstream;
class Responder;

// One request to an application on its way past the cache. Lives as long as the request is being dispatched.
class CacheGate {
 public:
  CacheGate(Downstream& client, RequestHead& request, const RouteTable::Match& match, bool https);

  // Answers from the cache if it can.
  bool answers();
  // After a miss: has the request wait for an answer that another one is fetching, if there is one. `head` is what
  // `request` was read from; `slot` is taken only then.
  bool waits(std::string_view head, ReleaseSlot& slot);
  // Before the application is asked: has what it answers kept, or what the cache has forgotten.
  void watch(Responder& exchange, std::string_view head);
  // For X-Platform-Cache; empty when the route does not say anything of a cache.
  std::string_view status() const;

 private:
  bool usable() const;
  void ask_about_stale();
  bool worth_keeping() const { return key_ && !not_worthwhile_ && request_.is_get(); }
  const CacheKey& key();

  Downstream& client_;
  RequestHead& request_;
  const RouteTable::Match& match_;
  bool https_;
  const CacheSettings* settings_;  // null: no cache
  bool not_worthwhile_ = false;
  std::optional<CacheKey> key_;
  ResponseCache::Entry stale_;        // what answered such requests before
  ResponseCache::Entry asked_about_;  // the same, when the application is asked whether it still does
  FillBook::Fill fill_;
};

}  // namespace penstock::router
