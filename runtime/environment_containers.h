#pragma once

#include "container/engine.h"

#include <vector>

namespace penstock {

struct Environment;

// The containers that releases of an environment have, running or not, whichever process made them.
std::vector<InstanceState> containers_of(Engine& engine, const Environment& environment);

}  // namespace penstock
