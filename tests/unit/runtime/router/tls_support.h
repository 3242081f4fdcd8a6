// A client that speaks TLS, and certificates for both sides.
#pragma once

#include "base/x509.h"
#include "runtime/router/tls/tls_channel.h"
#include "unit/runtime/router/test_support.h"

#include <optional>
#include <string>
#include <vector>

namespace penstock::router::test {

// Issues certificates for the tests.
class Authority {
 public:
  struct Issued {
    std::string chain;
    std::string key;
  };

  Authority();
  Issued issue(const std::vector<std::string>& hosts, std::chrono::hours lifetime = std::chrono::hours(24)) const;
  // A certificate of a client.
  Issued issue_to_client(const std::string& name) const;
  std::string pem() const;
  const X509* certificate() const { return certificate_.get(); }

 private:
  PrivateKey key_;
  Certificate certificate_;
};

// An entry of the control protocol.
Json entry_of(const std::string& id, const Authority::Issued& issued);

struct TlsClientOptions {
  std::string host;
  const Authority* trusted = nullptr;  // null: any certificate is taken
  int most_version = TLS1_3_VERSION;
  std::vector<std::string> protocols;  // of ALPN
  std::optional<Authority::Issued> certificate;
  SSL_SESSION* session = nullptr;  // to take up
};

// Throws Error with the reason when the handshake fails.
class TlsClient final : public Client {
 public:
  TlsClient(int port, const TlsClientOptions& options);

  // The leaf's first host name, or its common name when it has none.
  std::string served_certificate() const;
  std::string protocol() const;
  int version() const { return SSL_version(ssl_.get()); }
  bool resumed() const { return SSL_session_reused(ssl_.get()) == 1; }
  // Once a ticket came, which with TLS 1.3 is after the handshake.
  Handle<SSL_SESSION, SSL_SESSION_free> session() const {
    return Handle<SSL_SESSION, SSL_SESSION_free>(SSL_get1_session(ssl_.get()));
  }
  // The server said that nothing follows.
  bool was_told_goodbye() const { return (SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) != 0; }
  SSL* ssl() { return ssl_.get(); }

 protected:
  ssize_t receive(char* into, std::size_t size) override;
  ssize_t transmit(const char* bytes, std::size_t size) override;

 private:
  Handle<SSL_CTX, SSL_CTX_free> context_;
  SslHandle ssl_;
};

// "GET path" of `host` by TLS, answered whole.
std::string get_by_tls(int port, const TlsClientOptions& options, const std::string& path,
                       const std::string& fields = "");

// Settings of a router that speaks TLS as well.
Settings tls_settings();

}  // namespace penstock::router::test
