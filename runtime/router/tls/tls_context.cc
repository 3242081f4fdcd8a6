#include "runtime/router/tls/tls_context.h"

#include "base/digest.h"
#include "base/error.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <string>

namespace penstock::router {
namespace {

// The first is the fastest where the processor has AES, which is nearly everywhere.
const char* const kCiphers13 = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
// With forward secrecy and authenticated encryption only.
const char* const kCiphers12 = "ECDHE+AESGCM:ECDHE+CHACHA20";
const char* const kGroups = "X25519:P-256:P-384";
constexpr std::string_view kProtocols = "\x02h2\x08http/1.1";
constexpr std::chrono::seconds kTicketLifetime{7200};
constexpr std::size_t kLongestHost = 255;

// The host_name of the server_name extension (RFC 6066 section 3) in lower case; empty when there is none.
std::string requested_host(SSL* ssl) {
  const unsigned char* bytes = nullptr;
  std::size_t length = 0;
  if (SSL_client_hello_get0_ext(ssl, TLSEXT_TYPE_server_name, &bytes, &length) != 1) return {};
  constexpr std::size_t before_name = 5;  // length of the list, type, length of the name
  if (length <= before_name || length > before_name + kLongestHost || bytes[2] != TLSEXT_NAMETYPE_host_name) return {};
  if (static_cast<std::size_t>(bytes[3] << 8 | bytes[4]) != length - before_name) return {};
  std::string host(bytes + before_name, bytes + length);
  if (host.ends_with('.')) host.pop_back();
  std::transform(host.begin(), host.end(), host.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
  return host;
}

// Where a certificate is only asked for, the application judges it.
int accept_any_certificate(int /*verified*/, X509_STORE_CTX* /*context*/) {
  return 1;
}

bool ask_for_certificate(SSL* ssl, const TlsOptions& options) {
  if (options.client_authentication == ClientAuthentication::None) return true;
  const bool required = options.client_authentication == ClientAuthentication::Require;
  SSL_set_verify(ssl, required ? SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT : SSL_VERIFY_PEER,
                 required ? nullptr : accept_any_certificate);
  if (!options.authorities) return true;
  SSL_set0_CA_list(ssl, SSL_dup_CA_list(options.authorities->names()));
  return SSL_set1_verify_cert_store(ssl, options.authorities->store()) == 1;
}

// A session that was begun with one host's rules about clients is not taken up by a host with others.
bool separate_sessions(SSL* ssl, const TlsOptions& options, const std::string& host) {
  Sha256 digest;
  if (options.client_authentication != ClientAuthentication::None) {
    digest.field(host).field(options.authorities ? options.authorities->digest() : "");
    digest.field(options.client_authentication == ClientAuthentication::Require ? "require" : "request");
  }
  const std::string id = digest.hex().substr(0, SSL_MAX_SID_CTX_LENGTH);
  return SSL_set_session_id_context(ssl, reinterpret_cast<const unsigned char*>(id.data()),
                                    static_cast<unsigned>(id.size())) == 1;
}

int choose_protocol(SSL* /*ssl*/, const unsigned char** chosen, unsigned char* length, const unsigned char* offered,
                    unsigned offered_length, void* /*data*/) {
  const int found = SSL_select_next_proto(const_cast<unsigned char**>(chosen), length,
                                          reinterpret_cast<const unsigned char*>(kProtocols.data()),
                                          static_cast<unsigned>(kProtocols.size()), offered, offered_length);
  return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

bool key_ticket(const TicketKeys::Key& key, unsigned char* iv, EVP_CIPHER_CTX* cipher, EVP_MAC_CTX* mac, bool seal) {
  std::array<char, 7> digest{"SHA256"};
  const std::array<OSSL_PARAM, 3> parameters{
      OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, const_cast<unsigned char*>(key.authentication.data()),
                                        key.authentication.size()),
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0), OSSL_PARAM_construct_end()};
  return EVP_CipherInit_ex(cipher, EVP_aes_256_cbc(), nullptr, key.cipher.data(), iv, seal ? 1 : 0) == 1 &&
         EVP_MAC_CTX_set_params(mac, parameters.data()) == 1;
}

int seal_ticket(TicketKeys& keys, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher, EVP_MAC_CTX* mac) {
  const TicketKeys::Key key = keys.current(SteadyClock::now());
  std::copy(key.name.begin(), key.name.end(), name);
  if (RAND_bytes(iv, EVP_MAX_IV_LENGTH) != 1) return -1;
  return key_ticket(key, iv, cipher, mac, true) ? 1 : -1;
}

int open_ticket(TicketKeys& keys, const unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher,
                EVP_MAC_CTX* mac) {
  const auto found = keys.find(std::span<const unsigned char, 16>(name, 16), SteadyClock::now());
  if (!found) return 0;
  if (!key_ticket(found->key, iv, cipher, mac, false)) return -1;
  return found->current ? 1 : 2;  // 2: it gets a new one
}

int on_ticket(SSL* ssl, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher, EVP_MAC_CTX* mac, int seal) {
  try {
    auto& keys = *static_cast<TicketKeys*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
    return seal == 1 ? seal_ticket(keys, name, iv, cipher, mac) : open_ticket(keys, name, iv, cipher, mac);
  } catch (...) {
    return -1;
  }
}

void check(bool done) {
  if (done) return;
  ERR_clear_error();
  throw Error("cannot set up TLS: OpenSSL refuses");
}

}  // namespace

TlsContext::TlsContext()
    : published_(Published{std::make_shared<CertificateTable>(CertificateTable::Certificates{}),
                           std::make_shared<RouteTable>()}),
      context_(SSL_CTX_new(TLS_server_method())) {
  SSL_CTX* context = context_.get();
  check(context != nullptr && SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 &&
        SSL_CTX_set_ciphersuites(context, kCiphers13) == 1 && SSL_CTX_set_cipher_list(context, kCiphers12) == 1 &&
        SSL_CTX_set1_groups_list(context, kGroups) == 1);
  SSL_CTX_set_options(context, SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA | SSL_OP_NO_RENEGOTIATION |
                                   SSL_OP_NO_COMPRESSION | SSL_OP_ENABLE_KTLS);
  SSL_CTX_set_mode(context,
                   SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_client_hello_cb(context, on_hello, this);
  SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
  offer_tickets();
}

void TlsContext::offer_tickets() {
  SSL_CTX* context = context_.get();
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_timeout(context, kTicketLifetime.count());
  SSL_CTX_set_app_data(context, &ticket_keys_);
  check(SSL_CTX_set_tlsext_ticket_key_evp_cb(context, on_ticket) == 1);
}

void TlsContext::publish(std::shared_ptr<const CertificateTable> certificates) {
  published_.lock()->certificates.swap(certificates);
}

void TlsContext::publish(std::shared_ptr<const RouteTable> routes) {
  published_.lock()->routes.swap(routes);
}

std::unique_ptr<TlsChannel> TlsContext::accept(int socket) const {
  SslHandle ssl(SSL_new(context_.get()));
  if (!ssl) throw std::bad_alloc();
  SSL* raw = ssl.get();
  auto channel = std::make_unique<TlsChannel>(std::move(ssl), socket);
  SSL_set_app_data(raw, channel.get());
  return channel;
}

int TlsContext::on_hello(SSL* ssl, int* alert, void* self) {
  try {
    if (static_cast<TlsContext*>(self)->prepare(ssl)) return SSL_CLIENT_HELLO_SUCCESS;
  } catch (...) {
  }
  *alert = SSL_AD_INTERNAL_ERROR;
  return SSL_CLIENT_HELLO_ERROR;
}

bool TlsContext::prepare(SSL* ssl) {
  const Published published = *published_.lock();
  const std::string host = requested_host(ssl);
  const TlsOptions options = published.routes->tls_options(host);
  static_cast<TlsChannel*>(SSL_get_app_data(ssl))->set_options(options);
  if (options.min_version == TlsVersion::V1_3) SSL_set_min_proto_version(ssl, TLS1_3_VERSION);
  return separate_sessions(ssl, options, host) && ask_for_certificate(ssl, options) &&
         use_certificate(ssl, *published.certificates, host);
}

bool TlsContext::use_certificate(SSL* ssl, const CertificateTable& certificates, std::string_view host) const {
  const SiteCertificate* found = certificates.find(host);
  const SiteCertificate& certificate = found != nullptr ? *found : default_certificate_;
  if (SSL_use_certificate(ssl, certificate.leaf.get()) != 1) return false;
  for (const Certificate& each : certificate.chain) {
    if (SSL_add1_chain_cert(ssl, each.get()) != 1) return false;
  }
  return SSL_use_PrivateKey(ssl, certificate.key.get()) == 1;
}

}  // namespace penstock::router
