#pragma once

#include "base/json.h"
#include "config/configuration.h"
#include "config/service_type.h"

namespace penstock::config {

// Whether web.locations only serve files: nothing is passed on or executed.
bool is_static_only(const Json& application);

// Adds what an application leaves to its runtime: flavor, upstream, whether scripts are executed, the location "/".
void fill_defaults(Json& application);

// Adds what depends on other parts: the default route.
void complete(Configuration& configuration);
// Adds the endpoint of relationships that name none, where the service has a default.
void complete_relationships(Configuration& configuration, const ServiceTypes& types);

}  // namespace penstock::config
