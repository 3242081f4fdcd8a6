#pragma once

#include "runtime/router/files/static_files.h"
#include "runtime/router/http/request_head.h"

#include <string_view>

namespace penstock::router {

class Downstream;

// What a route adds to an answer.
struct RouteFields {
  bool restrict_robots = false;
  std::string_view transport_security = {};  // empty: nothing
};

// Answers a GET or HEAD with a file that was found: whole, parts of it or that the client has it; compressed where the
// client takes that and the reference wants it.
void answer_with_file(Downstream& client, const RequestHead& request, const StaticFiles::Answer& answer,
                      const RouteFields& route);

}  // namespace penstock::router
