#include "base/x509.h"

#include "base/error.h"

#include <fmt/format.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <ctime>

namespace penstock {
namespace {

using Bio = Handle<BIO, BIO_free>;
using Number = Handle<BIGNUM, BN_free>;
using Extension = Handle<X509_EXTENSION, X509_EXTENSION_free>;
using GeneralNames = Handle<GENERAL_NAMES, GENERAL_NAMES_free>;
using Text = Handle<char, [](char* text) { OPENSSL_free(text); }>;

constexpr std::size_t kLongestCommonName = 64;  // RFC 5280, appendix A
constexpr int kSerialBits = 127;
constexpr std::chrono::hours kClockSkew{1};

void check(bool done, const char* action) {
  if (done) return;
  ERR_clear_error();
  throw Error(fmt::format("cannot {}: OpenSSL refuses", action));
}

Bio memory(std::string_view text) {
  Bio bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  check(bio != nullptr, "read PEM");
  return bio;
}

std::string text_of(BIO* bio) {
  char* text = nullptr;
  const long length = BIO_get_mem_data(bio, &text);
  return {text, static_cast<std::size_t>(length)};
}

// Without it OpenSSL asks at the terminal.
int no_password(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*data*/) {
  return -1;
}

WallTime time_of(const ASN1_TIME* time) {
  std::tm fields{};
  check(ASN1_TIME_to_tm(time, &fields) == 1, "read a certificate's time");
  return std::chrono::time_point_cast<WallTime::duration>(std::chrono::system_clock::from_time_t(::timegm(&fields)));
}

std::vector<NamePart> parts_of(const X509_NAME* name) {
  std::vector<NamePart> parts;
  for (int i = 0; i < X509_NAME_entry_count(name); ++i) {
    const X509_NAME_ENTRY* entry = X509_NAME_get_entry(name, i);
    const ASN1_OBJECT* object = X509_NAME_ENTRY_get_object(entry);
    std::array<char, 80> oid{};
    OBJ_obj2txt(oid.data(), static_cast<int>(oid.size()), object, 1);
    const char* alias = OBJ_nid2ln(OBJ_obj2nid(object));
    unsigned char* text = nullptr;
    const int length = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(entry));
    const Text owned(reinterpret_cast<char*>(text));
    parts.push_back({oid.data(), alias == nullptr ? "" : alias,
                     length < 0 ? "" : std::string(owned.get(), static_cast<std::size_t>(length))});
  }
  return parts;
}

// The configuration language of x509v3_config(5).
void add_extension(X509* certificate, X509* issuer, int id, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str()));
  check(extension && X509_add_ext(certificate, extension.get(), -1) == 1, "make a certificate's extension");
}

// Not in that language: a name may hold its separators.
void add_host_names(X509* certificate, const std::vector<std::string>& names) {
  const GeneralNames list(sk_GENERAL_NAME_new_null());
  for (const std::string& name : names) {
    GENERAL_NAME* entry = GENERAL_NAME_new();
    ASN1_IA5STRING* text = ASN1_IA5STRING_new();
    check(entry != nullptr && text != nullptr, "name a certificate's hosts");
    ASN1_STRING_set(text, name.data(), static_cast<int>(name.size()));
    GENERAL_NAME_set0_value(entry, GEN_DNS, text);
    sk_GENERAL_NAME_push(list.get(), entry);
  }
  check(X509_add1_ext_i2d(certificate, NID_subject_alt_name, list.get(), 0, X509V3_ADD_DEFAULT) == 1,
        "name a certificate's hosts");
}

void set_subject(X509* certificate, const std::string& common_name) {
  const std::string name = common_name.substr(0, kLongestCommonName);
  check(X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
                                   reinterpret_cast<const unsigned char*>(name.data()), static_cast<int>(name.size()),
                                   -1, 0) == 1,
        "name a certificate");
}

void set_serial(X509* certificate) {
  const Number number(BN_new());
  check(number && BN_rand(number.get(), kSerialBits, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY) == 1 &&
            BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr,
        "number a certificate");
}

void set_lifetime(X509* certificate, std::chrono::hours lifetime) {
  const auto seconds = [](std::chrono::hours hours) { return static_cast<long>(std::chrono::seconds(hours).count()); };
  check(X509_gmtime_adj(X509_getm_notBefore(certificate), -seconds(kClockSkew)) != nullptr &&
            X509_gmtime_adj(X509_getm_notAfter(certificate), seconds(lifetime)) != nullptr,
        "limit a certificate");
}

void set_purpose(X509* certificate, X509* issuer, const CertificateOrder& order) {
  const bool authority = order.purpose == CertificatePurpose::Authority;
  add_extension(certificate, issuer, NID_basic_constraints,
                authority ? "critical,CA:TRUE,pathlen:0" : "critical,CA:FALSE");
  add_extension(certificate, issuer, NID_key_usage,
                authority ? "critical,keyCertSign,cRLSign" : "critical,digitalSignature");
  if (!authority) {
    add_extension(certificate, issuer, NID_ext_key_usage,
                  order.purpose == CertificatePurpose::Client ? "clientAuth" : "serverAuth");
  }
  if (!order.domain.empty()) {
    add_extension(certificate, issuer, NID_name_constraints, "critical,permitted;DNS:" + order.domain);
  }
  add_extension(certificate, issuer, NID_subject_key_identifier, "hash");
  if (issuer != certificate) add_extension(certificate, issuer, NID_authority_key_identifier, "keyid:always");
  if (!order.host_names.empty()) add_host_names(certificate, order.host_names);
}

}  // namespace

std::vector<Certificate> read_certificates(std::string_view pem) {
  const Bio bio = memory(pem);
  std::vector<Certificate> certificates;
  while (Certificate next{PEM_read_bio_X509(bio.get(), nullptr, no_password, nullptr)}) {
    certificates.push_back(std::move(next));
  }
  const bool ended = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  if (certificates.empty() || !ended) throw UserError("cannot read the certificate: expected PEM");
  return certificates;
}

PrivateKey read_private_key(std::string_view pem) {
  PrivateKey key(PEM_read_bio_PrivateKey(memory(pem).get(), nullptr, no_password, nullptr));
  ERR_clear_error();
  if (!key) throw UserError("cannot read the private key: expected PEM without a password");
  return key;
}

std::string to_pem(const X509* certificate) {
  const Bio bio(BIO_new(BIO_s_mem()));
  check(bio && PEM_write_bio_X509(bio.get(), certificate) == 1, "write a certificate");
  return text_of(bio.get());
}

std::string to_pem(const EVP_PKEY* key) {
  const Bio bio(BIO_new(BIO_s_secmem()));
  check(bio && PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1, "write a key");
  return text_of(bio.get());
}

bool belong_together(const X509* certificate, const EVP_PKEY* key) {
  const bool same = EVP_PKEY_eq(X509_get0_pubkey(certificate), key) == 1;
  ERR_clear_error();
  return same;
}

WallTime starts_at(const X509* certificate) {
  return time_of(X509_get0_notBefore(certificate));
}

WallTime expires_at(const X509* certificate) {
  return time_of(X509_get0_notAfter(certificate));
}

std::vector<std::string> host_names_of(const X509* certificate) {
  std::vector<std::string> names;
  const GeneralNames list(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; i < sk_GENERAL_NAME_num(list.get()); ++i) {
    const GENERAL_NAME* entry = sk_GENERAL_NAME_value(list.get(), i);
    if (entry->type != GEN_DNS) continue;
    std::string name(reinterpret_cast<const char*>(ASN1_STRING_get0_data(entry->d.dNSName)),
                     static_cast<std::size_t>(ASN1_STRING_length(entry->d.dNSName)));
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    names.push_back(std::move(name));
  }
  ERR_clear_error();
  return names;
}

std::vector<NamePart> issuer_of(const X509* certificate) {
  return parts_of(X509_get_issuer_name(certificate));
}

std::string common_name_of(const X509* certificate) {
  for (const NamePart& part : parts_of(X509_get_subject_name(certificate))) {
    if (part.alias == "commonName") return part.value;
  }
  return {};
}

std::string fingerprint_of(const X509* certificate) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  check(X509_digest(certificate, EVP_sha256(), digest.data(), &length) == 1, "digest a certificate");
  return fmt::format("{:02x}", fmt::join(digest.begin(), digest.begin() + length, ""));
}

PrivateKey new_private_key() {
  PrivateKey key(EVP_EC_gen("P-256"));
  check(key != nullptr, "make a private key");
  return key;
}

Certificate make_self_signed(const CertificateOrder& order, EVP_PKEY* key) {
  return make_signed(order, key, {nullptr, key});
}

Certificate make_signed(const CertificateOrder& order, EVP_PKEY* key, const CertificateIssuer& issuer) {
  Certificate certificate(X509_new());
  check(certificate && X509_set_version(certificate.get(), X509_VERSION_3) == 1 &&
            X509_set_pubkey(certificate.get(), key) == 1,
        "make a certificate");
  set_serial(certificate.get());
  set_lifetime(certificate.get(), order.lifetime);
  set_subject(certificate.get(), order.common_name);
  X509* by = issuer.certificate != nullptr ? const_cast<X509*>(issuer.certificate) : certificate.get();
  check(X509_set_issuer_name(certificate.get(), X509_get_subject_name(by)) == 1, "name a certificate's issuer");
  set_purpose(certificate.get(), by, order);
  check(X509_sign(certificate.get(), issuer.key, EVP_sha256()) > 0, "sign a certificate");
  return certificate;
}

}  // namespace penstock
