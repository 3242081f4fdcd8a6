#pragma once

#include "base/synchronized.h"
#include "runtime/router/table/route_table.h"
#include "runtime/router/tls/certificate_table.h"
#include "runtime/router/tls/ticket_keys.h"
#include "runtime/router/tls/tls_channel.h"

#include <memory>
#include <span>
#include <string_view>

namespace penstock::router {

// What all TLS connections share: versions and ciphers, certificates, tickets. The name that the client asks for
// decides about the certificate and about what its host wants. Thread safe.
class TlsContext {
 public:
  // Throws Error.
  TlsContext();

  // Handshakes from now on.
  void publish(std::shared_ptr<const CertificateTable> certificates);
  void publish(std::shared_ptr<const RouteTable> routes);

  // The server's side of TLS on `socket`. Throws std::bad_alloc.
  std::unique_ptr<TlsChannel> accept(int socket) const;

 private:
  struct Published {
    std::shared_ptr<const CertificateTable> certificates;
    std::shared_ptr<const RouteTable> routes;
  };

  void offer_tickets();
  static int on_hello(SSL* ssl, int* alert, void* self);
  bool prepare(SSL* ssl);
  bool use_certificate(SSL* ssl, const CertificateTable& certificates, std::string_view host) const;

  const SiteCertificate default_certificate_ = make_default_certificate();
  TicketKeys ticket_keys_;
  Synchronized<Published> published_;
  Handle<SSL_CTX, SSL_CTX_free> context_;
};

}  // namespace penstock::router
