#pragma once

#include "base/clock.h"
#include "store/environment.h"

#include <string_view>

namespace penstock {

// Whether the crons of an environment run.
enum class CronState {
  Running,
  Paused,    // nobody has deployed for a while, and it is not production
  Sleeping,  // the environment is not active
};

CronState cron_state(const Environment& environment, WallTime now);

// As the API writes it.
std::string_view to_string(CronState state);

}  // namespace penstock
