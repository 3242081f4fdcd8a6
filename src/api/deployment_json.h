#pragma once

#include "base/json.h"

namespace penstock {
struct Deployment;
struct Environment;
}  // namespace penstock

namespace penstock::api {

struct Urls;

// What runs, in the shape of the API's deployments/current.
// A deployment as one of many: what it was and what became of it.
Json release_json(const Deployment& release);
Json deployment_json(const Deployment& release, const Environment& environment, const Urls& urls);

}  // namespace penstock::api
