#pragma once

#include "config/service.h"
#include "config/service_type.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace penstock::config {

// A way into a service, with what may be done there.
struct ServiceEndpoint {
  std::string username;                           // empty: none is needed
  std::optional<std::string> path;                // the default database
  std::map<std::string, std::string> privileges;  // database to level

  bool operator==(const ServiceEndpoint&) const = default;
};

// What the `configuration` of a service comes to.
struct ServiceSetup {
  std::vector<std::string> databases;
  std::map<std::string, ServiceEndpoint> endpoints;
  std::map<std::string, std::string> options;  // every one of the type, a list with a line for each item
};

// Something wrong with it.
struct SetupProblem {
  std::string field;  // below `configuration`: "endpoints.reader.privileges.main"; empty: that itself
  std::string message;
};

// Adds what is wrong to `problems`; what is returned then leaves that out.
ServiceSetup setup_of(const Service& service, const ServiceType& type, std::vector<SetupProblem>& problems);
// Of one that was checked.
ServiceSetup setup_of(const Service& service, const ServiceType& type);

}  // namespace penstock::config
