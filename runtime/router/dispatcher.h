#pragma once

#include "runtime/router/hold/hold_queue.h"
#include "runtime/router/http/request_head.h"

#include <string_view>

namespace penstock::router {

class Downstream;

// Decides what becomes of a request: a redirect, a wait, a file, the application's answer or an error page. `head` are
// the bytes that `request` was read from. A request that comes from a hold brings its `slot`.
void dispatch(Downstream& client, const RequestHead& request, std::string_view head, ReleaseSlot slot);

}  // namespace penstock::router
