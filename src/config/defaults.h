#pragma once

#include "base/json.h"
#include "config/configuration.h"

namespace penstock::config {

// Whether web.locations only serve files: nothing is passed on or executed.
bool is_static_only(const Json& application);

// Adds what an application leaves to its runtime: flavor, upstream, whether scripts are executed, the location "/".
void fill_defaults(Json& application);

// Adds what depends on other parts: endpoints of services, the default route.
void complete(Configuration& configuration);

}  // namespace penstock::config
