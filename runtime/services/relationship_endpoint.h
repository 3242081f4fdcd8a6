#pragma once

#include "hooks/lifecycle/runtime_environment.h"
#include "runtime/application_container.h"

#include <map>
#include <string>

namespace penstock {

struct DeployerContext;
struct Release;

// What the relationships of a component show to it. Those to what has no address are left out.
std::map<std::string, lifecycle::Endpoint> relationship_endpoints(const DeployerContext& context,
                                                                  const Release& release, const std::string& component,
                                                                  const Addresses& addresses);

}  // namespace penstock
