#pragma once

#include "base/json.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace penstock::config {

// One property that the `configuration` of a service may have. Values become text.
struct ServiceOption {
  std::string initial{};              // where none is given
  bool list = false;                  // of texts, each of which has to fit
  std::vector<std::string> values{};  // the only ones; none: others decide
  std::string pattern{};              // of the whole text; empty: any
  std::optional<std::int64_t> least{};
  std::optional<std::int64_t> most{};
};

// How the `configuration` of a service names its databases, and who may do what with them.
struct DatabaseNames {
  std::string key{};                   // "databases", "schemas", "vhosts"
  std::string pattern{};               // of a name
  std::vector<std::string> initial{};  // where none are declared
  std::string default_key{};           // of an endpoint, "default_database"; empty: no endpoints can be declared
  std::vector<std::string> privileges{};
  bool endpoints_required = false;  // once databases are declared
  bool in_path = true;              // relationships name the default one
};

// What the validator knows of a type of service.
struct ServiceType {
  std::vector<std::string> versions{};
  std::string endpoint{};  // the one that relationships lead to unless they say; empty: there is none
  std::string username{};  // of that endpoint; empty: everybody who may connect is anybody
  bool answers_http = false;
  bool holds_mounts = false;                       // it is a volume for applications to mount
  std::optional<DatabaseNames> databases{};        // none: it has no such thing
  std::map<std::string, ServiceOption> options{};  // "maxmemory_policy", "properties.max_allowed_packet"
};

// By name, "postgresql".
using ServiceTypes = std::map<std::string, ServiceType>;

// That of "postgresql:15"; null when there is no such type or it has no such version.
const ServiceType* find_service_type(const ServiceTypes& types, const std::string& type);

}  // namespace penstock::config
