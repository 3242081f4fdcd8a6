#pragma once

#include "runtime/router/settings.h"

#include <string>
#include <vector>

namespace penstock::router {

extern const char* const kUsage;

// Reads a command line without the program's name. Throws UserError.
Settings parse_options(const std::vector<std::string>& arguments);

}  // namespace penstock::router
