#include "unit/runtime/router/tls_support.h"

#include "base/error.h"

#include <openssl/err.h>

#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>

namespace penstock::router::test {
namespace {

constexpr std::chrono::hours kDay{24};

std::string reason() {
  const char* text = ERR_reason_error_string(ERR_peek_error());
  std::string why = text == nullptr ? "the connection ended" : text;
  ERR_clear_error();
  return why;
}

void limit_waiting(int fd) {
  const timeval limit{.tv_sec = 10, .tv_usec = 0};
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
}

void present(SSL_CTX* context, const Authority::Issued& certificate) {
  SSL_CTX_use_certificate(context, read_certificates(certificate.chain).front().get());
  SSL_CTX_use_PrivateKey(context, read_private_key(certificate.key).get());
}

void offer(SSL* ssl, const std::vector<std::string>& protocols) {
  std::string list;
  for (const std::string& protocol : protocols) list += static_cast<char>(protocol.size()) + protocol;
  SSL_set_alpn_protos(ssl, reinterpret_cast<const unsigned char*>(list.data()), static_cast<unsigned>(list.size()));
}

}  // namespace

Authority::Authority()
    : key_(new_private_key()),
      certificate_(make_self_signed(
          {.common_name = "Test authority", .lifetime = kDay, .purpose = CertificatePurpose::Authority}, key_.get())) {}

Authority::Issued Authority::issue(const std::vector<std::string>& hosts, std::chrono::hours lifetime) const {
  const PrivateKey key = new_private_key();
  const Certificate leaf =
      make_signed({.common_name = hosts.empty() ? "none" : hosts.front(), .host_names = hosts, .lifetime = lifetime},
                  key.get(), {certificate_.get(), key_.get()});
  return {.chain = to_pem(leaf.get()), .key = to_pem(key.get())};
}

Authority::Issued Authority::issue_to_client(const std::string& name) const {
  const PrivateKey key = new_private_key();
  const Certificate leaf = make_signed({.common_name = name, .lifetime = kDay, .purpose = CertificatePurpose::Client},
                                       key.get(), {certificate_.get(), key_.get()});
  return {.chain = to_pem(leaf.get()), .key = to_pem(key.get())};
}

std::string Authority::pem() const {
  return to_pem(certificate_.get());
}

Json entry_of(const std::string& id, const Authority::Issued& issued) {
  return {{"id", id}, {"chain", issued.chain}, {"key", issued.key}};
}

TlsClient::TlsClient(int port, const TlsClientOptions& options)
    : Client(port), context_(SSL_CTX_new(TLS_client_method())) {
  SSL_CTX_set_max_proto_version(context_.get(), options.most_version);
  if (options.most_version < TLS1_2_VERSION) SSL_CTX_set_security_level(context_.get(), 0);
  if (options.trusted != nullptr) {
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context_.get()), const_cast<X509*>(options.trusted->certificate()));
  }
  if (options.certificate) present(context_.get(), *options.certificate);
  ssl_.reset(SSL_new(context_.get()));
  if (!options.host.empty()) {
    SSL_set_tlsext_host_name(ssl_.get(), options.host.c_str());
    SSL_set1_host(ssl_.get(), options.host.c_str());
  }
  if (!options.protocols.empty()) offer(ssl_.get(), options.protocols);
  if (options.session != nullptr) SSL_set_session(ssl_.get(), options.session);
  limit_waiting(fd());
  SSL_set_fd(ssl_.get(), fd());
  if (SSL_connect(ssl_.get()) != 1) throw Error("cannot speak TLS: " + reason());
}

std::string TlsClient::served_certificate() const {
  const X509* certificate = SSL_get0_peer_certificate(ssl_.get());
  const auto names = host_names_of(certificate);
  if (!names.empty()) return names.front();
  std::string name(100, '\0');
  name.resize(static_cast<std::size_t>(
      X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name.data(), 100)));
  return name;
}

std::string TlsClient::protocol() const {
  const unsigned char* name = nullptr;
  unsigned length = 0;
  SSL_get0_alpn_selected(ssl_.get(), &name, &length);
  return {name, name + length};
}

ssize_t TlsClient::receive(char* into, std::size_t size) {
  const int got = SSL_read(ssl_.get(), into, static_cast<int>(size));
  ERR_clear_error();
  if (got < 0 && SSL_want_read(ssl_.get())) throw Error("cannot read by TLS: nothing came in time");
  return got;
}

ssize_t TlsClient::transmit(const char* bytes, std::size_t size) {
  const int took = SSL_write(ssl_.get(), bytes, static_cast<int>(size));
  ERR_clear_error();
  return took;
}

std::string get_by_tls(int port, const TlsClientOptions& options, const std::string& path, const std::string& fields) {
  TlsClient client(port, options);
  client.send("GET " + path + " HTTP/1.1\r\nHost: " + options.host + "\r\nConnection: close\r\n" + fields + "\r\n");
  return client.read_to_end();
}

Settings tls_settings() {
  Settings settings;
  settings.listen_tls = {"127.0.0.1:0"};
  settings.https = HttpsMode::On;
  return settings;
}

}  // namespace penstock::router::test
