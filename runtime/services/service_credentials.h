#pragma once

#include "store/environment.h"

#include <string>

namespace penstock {

struct DeployerContext;

// The password of a user of an environment's service: made when it is first asked for, and the same from then on.
std::string service_password(const DeployerContext& context, const Environment& environment, const std::string& service,
                             const std::string& username);

}  // namespace penstock
