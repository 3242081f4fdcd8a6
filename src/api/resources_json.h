// What components and services may use, as deployments show it and resources:set changes it.
#pragma once

#include "base/json.h"
#include "config/configuration.h"
#include "store/resources.h"

#include <string>

namespace penstock::api {

constexpr unsigned kMostInstances = 20;  // of one component

// {"HIGH_CPU": {"0.5": {"cpu", "memory", "cpu_type"}}}
Json container_profiles_json();
// Adds to the document of a component or service: size, disk, instance_count, container_profile, resources.
void add_resources(Json& document, const std::string& profile, const Resources& resources);
// What `patch`, {"webapps"|"workers"|"services": {NAME: {"resources": {"profile_size"}, "instance_count", "disk"}}},
// makes of them; null is as nobody had said anything. Throws UserError for a name that the configuration has not, and
// for a value that cannot be.
ResourcesByName changed_resources(ResourcesByName resources, const config::Configuration& configuration,
                                  const Json& patch);

}  // namespace penstock::api
