// Responses the router makes itself.
#pragma once

#include "runtime/router/http/request_head.h"

#include <string>
#include <string_view>

namespace penstock::router {

struct Reply {
  int status = 200;
  std::string explanation;  // a sentence or two for the person at the browser
  std::string fields;       // more header lines, each ended by CR LF
};

struct ReplyForm {
  std::string_view date;
  bool json = false;
  bool without_body = false;  // answers HEAD
  bool keep_alive = true;
};

// "404 Not Found".
std::string status_line_text(int status);

// The whole response: a page, or JSON for those who prefer it.
std::string render(const Reply& reply, const ReplyForm& form);

// Whether an Accept field puts application/json before text/html.
bool prefers_json(std::string_view accept);

Reply redirect_to(const std::string& location, int code);

}  // namespace penstock::router
