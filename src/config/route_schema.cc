#include "config/schema.h"

#include <nlohmann/json.hpp>

#include <strings.h>

namespace penstock::config {

namespace {

bool is_cacheable_header(const std::string& name) {
  for (const char* const refused :
       {"accept-encoding", "connection", "proxy-authorization", "te", "upgrade", "cookie"}) {
    if (strcasecmp(name.c_str(), refused) == 0) return false;
  }
  return !name.empty();
}

Shape cache_schema() {
  const Shape header = text_like(
      "a header other than Accept-Encoding, Connection, Proxy-Authorization, TE, Upgrade and "
      "Cookie",
      is_cacheable_header);
  return object({{"enabled", boolean()},
                 {"default_ttl", duration()},
                 {"cookies", list_of(text())},
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
