#pragma once

#include "runtime/router/http/body.h"
#include "runtime/router/http/fields.h"

#include <string_view>

namespace penstock::router {

// The head of an upstream's response; views lead into the bytes given.
struct ResponseHead {
  int status = 0;
  std::string_view status_text;  // "200 OK"
  FieldList fields;
  BodyFraming body;
  bool keep_alive = true;

  bool interim() const { return status < 200 && status != 101; }
};

enum class ResponseParse { Complete, Incomplete, Malformed };

// Takes one head off `bytes`. `to_head`: the request was HEAD, so no body follows.
ResponseParse parse_response_head(std::string_view& bytes, bool to_head, ResponseHead& head);

}  // namespace penstock::router
