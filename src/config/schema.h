// What .upsun/*.yaml may hold. Everything of the reference is described here, also what Penstock cannot do yet: see
// availability.cc for that.
#pragma once

#include "config/shape.h"

namespace penstock::config {

// One entry of `applications`; yields what Application::from_json() takes, without its name.
Shape application_schema();
// One entry of `services`; yields what Service::from_json() takes, without its name.
Shape service_schema();
// One entry of `routes`; yields what Route::from_json() takes, without its URL.
Shape route_schema();

// `redirects` of a route: {"expires": seconds, "paths": {PATH: {"to", "regexp", "prefix", "append_suffix", "code",
// "expires"}}} with what is declared of it.
Shape redirects_schema();
// `relationships`; yields "target:endpoint" by name, with an empty endpoint for the target's default.
Shape relationships_schema();
// A token of RFC 9110.
bool is_header_name(const std::string& name);
// `headers` of a location.
Shape headers_schema();
// `web`.
Shape web_schema();
// What `web` and each worker may say differently from the application.
std::vector<Property> instance_overrides();

}  // namespace penstock::config
