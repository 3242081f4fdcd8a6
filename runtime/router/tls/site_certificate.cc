#include "runtime/router/tls/site_certificate.h"

#include "base/digest.h"
#include "base/error.h"

#include <nlohmann/json.hpp>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>

namespace penstock::router {
namespace {

constexpr std::chrono::hours kDefaultLifetime{24 * 365 * 10};

// It becomes the name of a file.
bool is_identifier(const std::string& id) {
  const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  return !id.empty() && id.size() <= 100 && std::all_of(id.begin(), id.end(), allowed);
}

// What OpenSSL would refuse when a client is waiting.
bool is_strong_enough(const SiteCertificate& certificate) {
  const Handle<SSL_CTX, SSL_CTX_free> context(SSL_CTX_new(TLS_server_method()));
  const bool usable = context && SSL_CTX_use_certificate(context.get(), certificate.leaf.get()) == 1 &&
                      SSL_CTX_use_PrivateKey(context.get(), certificate.key.get()) == 1;
  ERR_clear_error();
  return usable;
}

std::string text_of(const Json& json, const char* name) {
  const auto found = json.find(name);
  if (found == json.end() || !found->is_string()) throw UserError(std::string("cannot use it: no ") + name);
  return found->get<std::string>();
}

void check(const SiteCertificate& certificate, WallTime now) {
  const auto refuse = [](const std::string& why) { throw UserError("cannot use the certificate: " + why); };
  if (!belong_together(certificate.leaf.get(), certificate.key.get())) refuse("the key is not that of the certificate");
  if (expires_at(certificate.leaf.get()) <= now) refuse("it has expired");
  if (certificate.names.empty()) refuse("it names no host");
  if (!is_strong_enough(certificate)) refuse("its key or its signature is too weak");
}

}  // namespace

std::string digest_of_site_certificate(const Json& json) {
  return Sha256().field(text_of(json, "chain")).field(text_of(json, "key")).hex();
}

SiteCertificate read_site_certificate(const Json& json, WallTime now) {
  SiteCertificate certificate;
  certificate.id = text_of(json, "id");
  if (!is_identifier(certificate.id)) throw UserError("cannot use its id: expected a-z, 0-9 and '-'");
  certificate.chain = read_certificates(text_of(json, "chain"));
  certificate.leaf = std::move(certificate.chain.front());
  certificate.chain.erase(certificate.chain.begin());
  certificate.key = read_private_key(text_of(json, "key"));
  certificate.names = host_names_of(certificate.leaf.get());
  certificate.digest = digest_of_site_certificate(json);
  check(certificate, now);
  return certificate;
}

SiteCertificate make_default_certificate() {
  SiteCertificate certificate;
  certificate.key = new_private_key();
  certificate.leaf =
      make_self_signed({.common_name = "Penstock has no certificate for this host", .lifetime = kDefaultLifetime},
                       certificate.key.get());
  return certificate;
}

}  // namespace penstock::router
