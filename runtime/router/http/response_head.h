#pragma once

#include "runtime/router/http/body.h"
#include "runtime/router/http/fields.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace penstock::router {

// The head of a response, in whatever protocol it came and will go. Views lead into bytes of whoever made it.
struct ResponseHead {
  int status = 0;
  std::string_view reason;  // "OK"; may be empty
  FieldList fields;         // without Content-Length and what is hop-by-hop
  // As Content-Length says, also where no body follows it (to HEAD, 304). Empty: known only at the end.
  std::optional<std::uint64_t> length;

  bool interim() const { return status < 200 && status != 101; }
  bool bodiless() const { return status < 200 || status == 204 || status == 304; }
};

// What HTTP/1.x says about its own connection.
struct ResponseFraming {
  BodyFraming body;
  bool keep_alive = true;
};

enum class ResponseParse { Complete, Incomplete, Malformed };

// Takes one head of HTTP/1.x off `bytes`. `to_head`: the request was HEAD, so no body follows.
ResponseParse parse_response_head(std::string_view& bytes, bool to_head, ResponseHead& head, ResponseFraming& framing);

}  // namespace penstock::router
