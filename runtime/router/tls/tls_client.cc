#include "runtime/router/tls/tls_client.h"

#include "base/error.h"

#include <openssl/err.h>

#include <array>

namespace penstock::router {
namespace {

constexpr std::array<unsigned char, 9> kProtocol{8, 'h', 't', 't', 'p', '/', '1', '.', '1'};

void check(bool done) {
  if (done) return;
  ERR_clear_error();
  throw Error("cannot speak TLS to a server: OpenSSL refuses");
}

Handle<SSL_CTX, SSL_CTX_free> make_context() {
  Handle<SSL_CTX, SSL_CTX_free> context(SSL_CTX_new(TLS_client_method()));
  check(context != nullptr);
  check(SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION) == 1);
  check(SSL_CTX_set_default_verify_paths(context.get()) == 1);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_mode(context.get(),
                   SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
  check(SSL_CTX_set_alpn_protos(context.get(), kProtocol.data(), kProtocol.size()) == 0);
  return context;
}

}  // namespace

std::unique_ptr<TlsChannel> TlsClient::connect(const std::string& host, int socket) {
  SslHandle ssl;
  {
    auto context = context_.lock();
    if (!*context) *context = make_context();
    ssl.reset(SSL_new(context->get()));
  }
  check(ssl && SSL_set_tlsext_host_name(ssl.get(), host.c_str()) == 1 && SSL_set1_host(ssl.get(), host.c_str()) == 1);
  return std::make_unique<TlsChannel>(std::move(ssl), socket, TlsChannel::Side::Client);
}

}  // namespace penstock::router
