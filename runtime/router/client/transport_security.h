#pragma once

#include "runtime/router/client/response_sink.h"

#include <string_view>

namespace penstock::router {

// Has browsers told to use nothing but TLS for this host (RFC 6797), instead of what the application says about it.
class TransportSecurity final : public ResponseFilter {
 public:
  // `value` of the field lives until the response begins.
  TransportSecurity(ResponseSink& next, std::string_view value) : ResponseFilter(next), value_(value) {}

  void begin(ResponseHead& head) override;

 private:
  std::string_view value_;
};

}  // namespace penstock::router
