#pragma once

#include "base/json.h"

#include <string>

namespace penstock {
struct Deployment;
struct Environment;
}  // namespace penstock

namespace penstock::api {

struct Urls;

// A deployment as one of many: what it was and what became of it.
Json release_json(const Deployment& release);
// What runs, in the shape of the API's deployments/current; or what is to run next, with another `id`.
Json deployment_json(const Deployment& release, const Environment& environment, const Urls& urls,
                     const std::string& id = "current");

}  // namespace penstock::api
