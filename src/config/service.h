#pragma once

#include "config/application.h"

#include <map>
#include <string>

namespace penstock::config {

struct Service {
  std::string name;
  std::string type;  // "postgresql:16"
  Json configuration = Json::object();
  std::map<std::string, Relationship> relationships;
  std::string container_profile;  // empty: that of its type

  Json to_json() const;
  static Service from_json(const Json& json);
};

}  // namespace penstock::config
