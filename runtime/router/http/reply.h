// Responses the router makes itself.
#pragma once

#include "runtime/router/http/response_head.h"

#include <string>
#include <string_view>

namespace penstock::router {

struct Reply {
  int status = 200;
  std::string explanation;  // a sentence or two for the person at the browser
  std::string fields;       // more header lines, each ended by CR LF
};

// "Not Found"; empty when the router never says this status itself.
std::string_view reason_of(int status);

// The body: a page, or JSON for those who prefer it.
std::string render_page(const Reply& reply, bool json);
// The head that goes with a page of `length` bytes, with views into `reply`.
void write_head(const Reply& reply, bool json, std::size_t length, ResponseHead& head);

// Whether an Accept field puts application/json before text/html.
bool prefers_json(std::string_view accept);

Reply redirect_to(const std::string& location, int code);

}  // namespace penstock::router
