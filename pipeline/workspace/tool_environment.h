#pragma once

#include "hooks/lifecycle/variables.h"

namespace penstock {

// What the package managers see that Penstock itself runs: what a build hook sees, but their home is thrown away, they
// keep downloads in the project's cache, trust what the machine trusts, and ask nothing.
lifecycle::Variables tool_environment(lifecycle::Variables hook_environment);

}  // namespace penstock
