#pragma once

#include "runtime/router/http/body.h"
#include "runtime/router/http/fields.h"

#include <cstdint>
#include <string_view>

namespace penstock::router {

// The head of a request, read strictly (RFC 9112): what two programs could read differently is refused. All views lead
// into the bytes given to parse_request_head().
struct RequestHead {
  std::string_view method;
  std::string_view target;     // as received
  std::string_view authority;  // host and port: of an absolute target, else of Host; may be empty for HTTP/1.0
  std::string_view path;       // begins with '/', or is "*"
  std::string_view query;      // with its '?', or empty
  FieldList fields;            // without what is hop-by-hop
  BodyFraming body;
  int minor_version = 1;
  bool keep_alive = true;
  bool expects_continue = false;
  bool wants_websocket = false;

  bool is_get() const { return method == "GET"; }
  bool is_head() const { return method == "HEAD"; }
  // May be sent again, and may wait: RFC 9110 section 9.2.2.
  bool idempotent() const;
  // The name without its port.
  std::string_view host() const;
};

inline constexpr std::size_t kLongestRequestLine = std::size_t{8} << 10;
inline constexpr std::size_t kLongestHead = std::size_t{32} << 10;

// Where a head ends in bytes as they arrive.
struct HeadExtent {
  std::size_t length = 0;  // with the empty line; 0: not all of it is there
  int refusal = 0;         // status, when it can already be told that the head is not acceptable
};

// `searched` bytes were looked at before and held no end.
HeadExtent find_request_head(std::string_view bytes, std::size_t searched);

// `bytes` is a whole head as found by find_request_head(). Returns 0, or the status to refuse it with.
int parse_request_head(std::string_view bytes, RequestHead& head);

}  // namespace penstock::router
