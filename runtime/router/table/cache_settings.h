#pragma once

#include "base/json.h"
#include "runtime/router/table/regex.h"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace penstock::router {

// `cache` of a route (reference 5.3). Immutable; any thread may ask.
struct CacheSettings {
  bool enabled = true;
  std::chrono::seconds default_ttl{0};  // of answers that do not say how long they are fresh
  bool any_cookie = true;               // a request with a cookie is not answered from the cache
  std::vector<std::string> cookies;     // else these tell answers apart, all others are ignored
  std::vector<Regex> cookie_expressions;
  std::vector<std::string> headers{"Accept", "Accept-Language"};  // of requests, tell answers apart

  bool selects_by_cookie() const { return !cookies.empty() || !cookie_expressions.empty(); }
  bool selects_by_cookie(std::string_view name) const;
};

// Throws UserError or Json::exception.
CacheSettings read_cache_settings(const Json& json);

}  // namespace penstock::router
