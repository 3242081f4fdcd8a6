#include "runtime/router/table/cache_settings.h"

#include "base/error.h"
#include "runtime/router/http/fields.h"
#include "runtime/router/table/location_reader.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace penstock::router {
namespace {

bool given(const Json& json, const char* name) {
  const auto found = json.find(name);
  return found != json.end() && !found->is_null();
}

bool is_expression(const std::string& cookie) {
  return cookie.size() > 2 && cookie.front() == '/' && cookie.back() == '/';
}

void read_cookies(const Json& json, CacheSettings& settings) {
  settings.any_cookie = false;
  for (const Json& each : json) {
    const auto cookie = each.get<std::string>();
    if (cookie == "*") {
      settings.any_cookie = true;
    } else if (is_expression(cookie)) {
      settings.cookie_expressions.emplace_back(cookie.substr(1, cookie.size() - 2));
    } else {
      settings.cookies.push_back(cookie);
    }
  }
}

}  // namespace

bool CacheSettings::selects_by_cookie(std::string_view name) const {
  return std::find(cookies.begin(), cookies.end(), name) != cookies.end() ||
         std::any_of(cookie_expressions.begin(), cookie_expressions.end(),
                     [&](const Regex& expression) { return expression.matches(name); });
}

CacheSettings read_cache_settings(const Json& json) {
  CacheSettings settings;
  if (given(json, "enabled")) settings.enabled = json["enabled"].get<bool>();
  if (given(json, "default_ttl"))
    settings.default_ttl = read_expires(json["default_ttl"]).value_or(settings.default_ttl);
  if (given(json, "cookies")) read_cookies(json["cookies"], settings);
  if (!given(json, "headers")) return settings;
  settings.headers = json["headers"].get<std::vector<std::string>>();
  for (const std::string& name : settings.headers) {
    if (!is_token(name)) throw UserError("cannot cache by header '" + name + "': this is no name of a header");
  }
  return settings;
}

}  // namespace penstock::router
