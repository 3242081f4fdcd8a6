#pragma once

#include "runtime/router/http/reply.h"
#include "runtime/router/http/request_head.h"
#include "runtime/router/table/route_table.h"

#include <optional>

namespace penstock::router {

// The redirect that answers a request: from http to https, of the route's `redirects.paths`, or the route itself.
std::optional<Reply> find_redirect(const RouteTable::Match& match, const RequestHead& request, const RouteTable& table,
                                   HttpsMode mode);

// From "/path" to "/path/".
Reply redirect_to_directory(const RequestHead& request);

}  // namespace penstock::router
