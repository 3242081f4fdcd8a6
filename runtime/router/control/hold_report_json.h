#pragma once

#include "base/json.h"
#include "runtime/router/hold/hold.h"

namespace penstock::router {

Json to_json(const HoldReport& report);
// What it does not have is 0.
HoldReport read_hold_report(const Json& json);

}  // namespace penstock::router
