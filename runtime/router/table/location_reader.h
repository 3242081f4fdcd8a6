#pragma once

#include "base/json.h"
#include "runtime/router/table/environment.h"

#include <chrono>
#include <optional>
#include <vector>

namespace penstock::router {

// Reads `web.locations` as penstockd normalized it, longest prefix first. Throws UserError or Json::exception.
std::vector<Location> read_locations(const Json& json);

// A number of seconds or a text like "5m"; empty when negative or absent.
std::optional<std::chrono::seconds> read_expires(const Json& json);

}  // namespace penstock::router
