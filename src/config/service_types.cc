#include "config/service_types.h"

#include "config/nearest.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace penstock::config {

namespace {

struct ServiceType {
  const char* name;
  const char* endpoint;
  std::vector<std::string> versions;  // none: any
};

const std::vector<ServiceType>& service_types() {
  static const std::vector<ServiceType> types{
      {"postgresql", "postgresql", {"18", "17", "16", "15", "14", "13", "12"}},
      {"mariadb", "mysql", {"12.3", "11.8", "11.4", "11.2", "11.0", "10.11", "10.6", "10.5"}},
      {"mysql", "mysql", {"12.3", "11.8", "11.4", "11.2", "11.0", "10.11", "10.6", "10.5"}},
      {"oracle-mysql", "mysql", {"8.4", "8.0"}},
      {"redis", "redis", {"8.8", "8.0", "7.2", "7.0", "6.2"}},
      {"redis-persistent", "redis", {"8.8", "8.0", "7.2", "7.0", "6.2"}},
      {"valkey", "valkey", {"9.0", "8.1", "8.0"}},
      {"valkey-persistent", "valkey", {"9.0", "8.1", "8.0"}},
      {"memcached", "memcached", {"1.6", "1.5", "1.4"}},
      {"opensearch", "opensearch", {"3", "2"}},
      {"elasticsearch", "elasticsearch", {"7.10"}},
      {"elasticsearch-enterprise", "elasticsearch", {"9.3", "8.19", "8.5"}},
      {"rabbitmq", "rabbitmq", {"4.3", "4.1", "4.0", "3.13"}},
      {"mongodb", "mongodb", {"4.0"}},
      {"mongodb-enterprise", "mongodb", {"7.0"}},
      {"kafka", "kafka", {"4.3", "4.1", "3.7", "3.6"}},
      {"influxdb", "influxdb", {"3", "2.7", "2.3"}},
      {"solr", "solr", {"10.0", "9.9", "9.6", "9.4", "9.2", "9.1"}},
      {"vault-kms", "", {"1.12"}},
      {"clickhouse", "clickhouse", {"26.3", "25.8"}},
      {"varnish", "http", {"9.0", "7.6", "6.0"}},
      {"chrome-headless", "http", {"120", "113"}},
      {"gotenberg", "http", {"8"}},
      {"mercure", "mercure", {"0"}},
      {"network-storage", "", {"1.0"}},
      {"chroma", "chroma", {}},
      {"qdrant", "qdrant", {}}};
  return types;
}

const ServiceType* find_type(const std::string& name) {
  const auto& types = service_types();
  const auto it = std::find_if(types.begin(), types.end(), [&](const ServiceType& type) { return type.name == name; });
  return it == types.end() ? nullptr : &*it;
}

}  // namespace

std::string why_not_service_type(const std::string& type) {
  const std::size_t colon = type.find(':');
  const ServiceType* known = find_type(type.substr(0, colon));
  if (!known) {
    std::vector<std::string> names;
    for (const ServiceType& each : service_types()) names.emplace_back(each.name);
    const auto guess = nearest(type.substr(0, colon), names);
    if (guess) return fmt::format("unknown type of service {}, did you mean '{}'?", in_quotes(type), *guess);
    return fmt::format("unknown type of service {}, expected {}", in_quotes(type), alternatives(names));
  }
  const auto& versions = known->versions;
  if (colon == std::string::npos)
    return fmt::format("expected a version, such as '{}:{}'", type, versions.empty() ? "1" : versions[0]);
  const bool fits =
      versions.empty() || std::find(versions.begin(), versions.end(), type.substr(colon + 1)) != versions.end();
  return fits ? "" : fmt::format("unknown version {}, expected {}", in_quotes(type), alternatives(versions));
}

std::string default_endpoint(const std::string& type) {
  const ServiceType* known = find_type(type.substr(0, type.find(':')));
  return known ? known->endpoint : "";
}

}  // namespace penstock::config
