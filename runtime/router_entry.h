#pragma once

#include "base/json.h"

namespace penstock {

class ReleaseContainers;
struct DeployerContext;
struct DeployerSettings;
struct Environment;

enum class Hold { Off, On };

// What the router is told of an environment, in the shape of the control protocol. Only those containers that were
// created or adopted are named: without any, requests get 503.
Json router_entry(DeployerContext& context, const ReleaseContainers& containers, Hold hold);

// Of an environment that has no release.
Json empty_router_entry(const Environment& environment, const DeployerSettings& settings, Hold hold);

}  // namespace penstock
