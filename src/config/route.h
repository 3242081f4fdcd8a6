#pragma once

#include "base/json.h"

#include <nlohmann/json.hpp>

#include <map>
#include <optional>
#include <string>

namespace penstock::config {

enum class RouteType { Upstream, Redirect, Proxy };

// "upstream", "redirect" or "proxy".
const char* word_of(RouteType type);

// A route as declared: its URL may hold {default} or {all}, and always has a path that ends in '/'.
struct Route {
  std::string url;
  RouteType type = RouteType::Upstream;
  std::string upstream;  // the application, of "app:http"
  std::string to;        // of a redirect or proxy; may hold placeholders
  std::optional<bool> primary;
  std::optional<std::string> id;
  std::map<std::string, std::string> attributes;
  Json redirects = Json::object();  // of parts of the route, as redirects_schema() gives it
  Json tls = Json::object();        // as tls_schema() gives it
  Json cache = Json::object();      // {"enabled", "default_ttl": seconds, "cookies", "headers"}: what is declared of it
  // Properties that are checked, but that nothing in the model reads: ssi, sticky.
  Json other = Json::object();

  Json to_json() const;
  static Route from_json(const Json& json);
};

}  // namespace penstock::config
