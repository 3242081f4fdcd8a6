#pragma once

#include "runtime/router/http/request_head.h"
#include "runtime/router/http/response_head.h"
#include "runtime/router/table/cache_settings.h"

#include <chrono>
#include <ctime>
#include <optional>

namespace penstock::router {

// For how long a stored response may be used, and how old it was when it came.
struct Freshness {
  std::chrono::seconds lifetime{0};
  std::chrono::seconds age{0};
  bool for_authorized = false;
};

// What of a request matters to whether its response may be stored.
struct StoreConditions {
  bool authorized = false;
  bool no_store = false;

  static StoreConditions of(const RequestHead& request);
};

// Whether a response to GET may be stored in a shared cache (RFC 9111 section 3, reference 5.3), and how long it is
// fresh (section 4.2). Empty: it may not, or is stale already. `now` in seconds of the wall clock.
std::optional<Freshness> judge_response(const ResponseHead& response, const StoreConditions& request,
                                        const CacheSettings& settings, std::time_t now);

}  // namespace penstock::router
