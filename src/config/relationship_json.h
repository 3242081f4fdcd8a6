#pragma once

#include "base/json.h"
#include "config/application.h"

#include <map>
#include <string>

namespace penstock::config {

// {"database": "mysql:mysql"}, as PLATFORM_APPLICATION shows relationships.
Json relationships_to_json(const std::map<std::string, Relationship>& relationships);
std::map<std::string, Relationship> relationships_from_json(const Json& json);

}  // namespace penstock::config
