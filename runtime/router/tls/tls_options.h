#pragma once

#include "base/json.h"
#include "runtime/router/tls/client_authorities.h"

#include <cstdint>
#include <memory>

namespace penstock::router {

enum class TlsVersion : std::uint8_t { V1_2, V1_3 };
enum class ClientAuthentication : std::uint8_t { None, Request, Require };

// What a host asks of the TLS connections to it (`tls` of its routes, reference 5.4).
struct TlsOptions {
  TlsVersion min_version = TlsVersion::V1_2;
  ClientAuthentication client_authentication = ClientAuthentication::None;
  std::shared_ptr<const ClientAuthorities> authorities;  // null: nobody vouches for a client

  // Of a route's "tls". Throws UserError or Json::exception.
  static TlsOptions read(const Json& tls);

  bool same_clients(const TlsOptions& other) const;
  // Takes up what another route of the same host wants as well. False, without a change, when the two ask for
  // certificates in different ways: that is decided before the route is known.
  bool merge(const TlsOptions& other);
};

}  // namespace penstock::router
