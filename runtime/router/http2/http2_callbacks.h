#pragma once

#include "base/handle.h"

#include <nghttp2/nghttp2.h>

namespace penstock::router {

class Http2Connection;

// A server's end of HTTP/2 that tells `connection`, bounded as the router wants it. Throws Error.
Handle<nghttp2_session, nghttp2_session_del> open_http2(Http2Connection& connection);

// What nghttp2 asks for the body of a response; goes with the Http2Stream.
nghttp2_data_provider body_of(void* stream);

}  // namespace penstock::router
