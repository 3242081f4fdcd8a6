#include "config/checks.h"
#include "config/draft.h"
#include "config/nearest.h"
#include "config/report.h"
#include "config/service_setup.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace penstock::config {

namespace {

// Types of the reference. Those that have a definition are available, the others are only known.
constexpr std::array kReferenceTypes{"postgresql",
                                     "mariadb",
                                     "mysql",
                                     "oracle-mysql",
                                     "redis",
                                     "redis-persistent",
                                     "valkey",
                                     "valkey-persistent",
                                     "memcached",
                                     "opensearch",
                                     "elasticsearch",
                                     "elasticsearch-enterprise",
                                     "rabbitmq",
                                     "mongodb",
                                     "mongodb-enterprise",
                                     "kafka",
                                     "influxdb",
                                     "solr",
                                     "vault-kms",
                                     "clickhouse",
                                     "varnish",
                                     "chrome-headless",
                                     "gotenberg",
                                     "mercure",
                                     "network-storage",
                                     "chroma",
                                     "qdrant"};

std::string listing(const ServiceTypes& types) {
  std::vector<std::string> all;
  for (const auto& [name, type] : types) {
    for (const std::string& version : type.versions) all.push_back(fmt::format("{}:{}", name, version));
  }
  return fmt::format("(available: {})", fmt::join(all, ", "));
}

void report_type(const std::string& type, const ServiceTypes& available, const Place& place, const std::string& field,
                 Report& report) {
  const std::string name = type.substr(0, type.find(':'));
  if (const auto known = available.find(name); known != available.end()) {
    report.invalid(place, field, fmt::format("{}: unknown version {} {}", field, in_quotes(type), listing({*known})));
  } else if (std::find(kReferenceTypes.begin(), kReferenceTypes.end(), name) != kReferenceTypes.end()) {
    report.unsupported(place, field, fmt::format("a service of type {} {}", in_quotes(type), listing(available)));
  } else {
    std::vector<std::string> names;
    for (const auto& [each, known_type] : available) names.push_back(each);
    report.invalid(place, field,
                   fmt::format("{}: unknown type of service {}{} {}", field, in_quotes(type), did_you_mean(name, names),
                               listing(available)));
  }
}

void check_setup(const Service& service, const ServiceType& type, const Draft& draft, Report& report) {
  std::vector<SetupProblem> problems;
  setup_of(service, type, problems);
  for (const SetupProblem& problem : problems) {
    const std::string whole = fmt::format("services.{}.configuration", service.name);
    const std::string field = problem.field.empty() ? whole : fmt::format("{}.{}", whole, problem.field);
    report.invalid(draft.places.find(field), field, fmt::format("{}: {}", field, problem.message));
  }
}

}  // namespace

const ServiceType* find_service_type(const ServiceTypes& types, const std::string& type) {
  const std::size_t colon = std::min(type.find(':'), type.size());
  const auto found = types.find(type.substr(0, colon));
  if (found == types.end() || colon == type.size()) return nullptr;
  const auto& versions = found->second.versions;
  const bool has_version = std::find(versions.begin(), versions.end(), type.substr(colon + 1)) != versions.end();
  return has_version ? &found->second : nullptr;
}

void check_services(const Draft& draft, const ServiceTypes& available, Report& report) {
  if (available.empty()) return;
  for (const auto& [name, service] : draft.configuration.services) {
    const std::string field = fmt::format("services.{}.type", name);
    const Place place = draft.places.find(field);
    if (service.type.empty()) continue;
    if (const ServiceType* type = find_service_type(available, service.type)) {
      check_setup(service, *type, draft, report);
    } else {
      report_type(service.type, available, place, field, report);
    }
    if (draft.configuration.applications.contains(name)) {
      const std::string whole = fmt::format("services.{}", name);
      report.invalid(draft.places.find(whole), whole, fmt::format("{}: there is an application of that name", whole));
    }
  }
}

}  // namespace penstock::config
