#pragma once

#include "service/service_definition.h"

#include <map>
#include <string>

namespace penstock {

// Reads the definition of `type`. `texts` holds those that it may extend, too. Throws UserError naming type and line.
ServiceDefinition read_definition(const std::string& type, const std::map<std::string, std::string>& texts);

}  // namespace penstock
