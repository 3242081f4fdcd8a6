// X.509 certificates and private keys, by OpenSSL. No message shows anything of a private key.
#pragma once

#include "base/clock.h"
#include "base/handle.h"

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace penstock {

using Certificate = Handle<X509, X509_free>;
using PrivateKey = Handle<EVP_PKEY, EVP_PKEY_free>;

// All certificates of a PEM text, in its order. Throws UserError when there is none or one cannot be read.
std::vector<Certificate> read_certificates(std::string_view pem);
// Throws UserError, also when it is encrypted.
PrivateKey read_private_key(std::string_view pem);

std::string to_pem(const X509* certificate);
std::string to_pem(const EVP_PKEY* key);

bool belong_together(const X509* certificate, const EVP_PKEY* key);
WallTime starts_at(const X509* certificate);
WallTime expires_at(const X509* certificate);
// The DNS names it is for, in lower case; a first label may be '*'.
std::vector<std::string> host_names_of(const X509* certificate);
std::string common_name_of(const X509* certificate);
struct NamePart {
  std::string oid;    // "2.5.4.3"
  std::string alias;  // "commonName"
  std::string value;
};
std::vector<NamePart> issuer_of(const X509* certificate);
// SHA-256 of its DER, in hexadecimal digits.
std::string fingerprint_of(const X509* certificate);

// On the curve P-256.
PrivateKey new_private_key();

enum class CertificatePurpose { Server, Client, Authority };

struct CertificateOrder {
  std::string common_name;
  std::vector<std::string> host_names{};
  std::chrono::hours lifetime{};
  CertificatePurpose purpose = CertificatePurpose::Server;
  // Of an authority: the only domain, with all below it, whose hosts it may vouch for; empty: any.
  std::string domain{};
};

// Signed by its own `key`.
Certificate make_self_signed(const CertificateOrder& order, EVP_PKEY* key);

struct CertificateIssuer {
  const X509* certificate;
  EVP_PKEY* key;
};

Certificate make_signed(const CertificateOrder& order, EVP_PKEY* key, const CertificateIssuer& issuer);

}  // namespace penstock
