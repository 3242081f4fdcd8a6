#pragma once

#include "base/json.h"

#include <vector>

namespace penstock {
struct Activity;
}

namespace penstock::api {

Json activity_json(const Activity& activity);

// The answer to a request that changes something: the activities it began and what was changed.
Json accepted(const std::vector<Activity>& activities, Json entity);

}  // namespace penstock::api
