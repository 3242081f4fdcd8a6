#pragma once

#include "runtime/router/hold/held_request.h"
#include "runtime/router/http/request_head.h"

#include <string_view>

namespace penstock::router {

class Downstream;

// Decides what becomes of a request: a redirect, a wait, a file, the application's answer or an error page. `head` are
// the bytes that `request` was read from. A request that comes from a hold brings its `slot`. `again`: it has
// waited for another's answer before, and need not again. `request` may be changed.
void dispatch(Downstream& client, RequestHead& request, std::string_view head, ReleaseSlot slot, bool again = false);

// Answers a request that was held for as long as may be.
void refuse_held(Downstream& client, RequestHead& request, std::string_view head);

}  // namespace penstock::router
