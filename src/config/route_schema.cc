#include "config/expression.h"
#include "config/schema.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <strings.h>

namespace penstock::config {

namespace {

bool is_cacheable_header(const std::string& name) {
  for (const char* const refused :
       {"accept-encoding", "connection", "proxy-authorization", "te", "upgrade", "cookie"}) {
    if (strcasecmp(name.c_str(), refused) == 0) return false;
  }
  return is_header_name(name);
}

// A cookie's name, "*" or "/regular expression/".
std::optional<Json> read_cookie(Reader& reader, const Field& field) {
  auto cookie = text()(reader, field);
  if (!cookie) return std::nullopt;
  const auto name = cookie->get<std::string>();
  const bool expression = name.size() > 2 && name.front() == '/' && name.back() == '/';
  const std::string why = expression ? why_not_expression(name.substr(1, name.size() - 2)) : "";
  if (why.empty()) return cookie;
  reader.invalid(field, fmt::format("not a regular expression: {}", why));
  return std::nullopt;
}

Shape cache_schema() {
  const Shape header = text_like(
      "a header other than Accept-Encoding, Connection, Proxy-Authorization, TE, Upgrade and "
      "Cookie",
      is_cacheable_header);
  return object({{"enabled", boolean()},
                 {"default_ttl", duration()},
                 {"cookies", list_of(read_cookie)},
                 {"headers", list_of(header)}});
}

Shape tls_schema() {
  const Shape transport_security =
      object({{"enabled", boolean()}, {"include_subdomains", boolean()}, {"preload", boolean()}});
  return object({{"min_version", one_of({"TLSv1.2", "TLSv1.3"})},
                 {"strict_transport_security", transport_security},
                 {"client_authentication", one_of({"request", "require"})},
                 {"client_certificate_authorities", list_of(text())}});
}

// true, or {enabled: true}.
Shape switch_schema() {
  return scalar_or_map(boolean(), object({{"enabled", boolean()}}));
}

}  // namespace

Shape route_schema() {
  return object({{"type", one_of({"upstream", "redirect", "proxy"})},
                 {"upstream", text()},
                 {"to", text()},
                 {"primary", boolean()},
                 {"id", text()},
                 {"attributes", map_of(text())},
                 {"cache", cache_schema()},
                 {"redirects", redirects_schema()},
                 {"ssi", object({{"enabled", boolean()}})},
                 {"sticky", switch_schema()},
                 {"tls", tls_schema()}});
}

}  // namespace penstock::config
