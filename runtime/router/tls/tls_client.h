#pragma once

#include "base/handle.h"
#include "base/synchronized.h"
#include "runtime/router/tls/tls_channel.h"

#include <memory>
#include <string>

namespace penstock::router {

// Speaks TLS to servers, whose certificates must be of an authority that this machine trusts and name their host.
// Thread safe.
class TlsClient {
 public:
  // For a handshake with `host` on `socket`. Throws Error when OpenSSL cannot be set up.
  std::unique_ptr<TlsChannel> connect(const std::string& host, int socket);

 private:
  // Made when first needed: to read the authorities takes a while.
  Synchronized<Handle<SSL_CTX, SSL_CTX_free>> context_;
};

}  // namespace penstock::router
