#pragma once

#include "container/engine.h"

#include <chrono>
#include <vector>

namespace penstock {

struct Environment;

// The containers that releases of an environment have, running or not, whichever process made them.
std::vector<InstanceState> containers_of(Engine& engine, const Environment& environment);

// How long a container of its may take to stop: of an application or of a worker.
std::chrono::seconds stop_grace_of(const Environment& environment, const InstanceState& container);

}  // namespace penstock
