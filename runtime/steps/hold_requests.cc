#include "runtime/steps/hold_requests.h"

#include "runtime/deployer_context.h"
#include "runtime/router_client.h"
#include "runtime/router_entry.h"

#include <nlohmann/json.hpp>

namespace penstock {

void HoldRequests::run() const {
  context.parts.router.put(live == nullptr ? empty_router_entry(environment, context.settings, Hold::On)
                                           : router_entry(context, *live, Hold::On));
}

}  // namespace penstock
