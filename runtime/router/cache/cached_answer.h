#pragma once

#include "runtime/router/cache/response_cache.h"
#include "runtime/router/http/request_head.h"

namespace penstock::router {

class Downstream;

// Answers a GET or HEAD with what was kept: whole, parts of it, or that the client has it.
void answer_from_cache(Downstream& client, const RequestHead& request, const ResponseCache::Entry& entry);

}  // namespace penstock::router
