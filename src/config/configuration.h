#pragma once

#include "config/application.h"
#include "config/route.h"
#include "config/service.h"

#include <map>
#include <string>
#include <vector>

namespace penstock::config {

// What the files in .upsun/ say, whole and consistent.
struct Configuration {
  std::map<std::string, Application> applications;
  std::map<std::string, Service> services;
  std::vector<Route> routes;  // never the empty list: without any declared, the default route

  // from_json(to_json()) is the same configuration. Throws Error when the document is not one of to_json().
  Json to_json() const;
  static Configuration from_json(const Json& json);
};

}  // namespace penstock::config
