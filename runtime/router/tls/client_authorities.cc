#include "runtime/router/tls/client_authorities.h"

#include "base/digest.h"
#include "base/error.h"
#include "base/x509.h"

#include <openssl/err.h>

namespace penstock::router {

ClientAuthorities::ClientAuthorities(const std::vector<std::string>& pems)
    : store_(X509_STORE_new()), names_(sk_X509_NAME_new_null()) {
  Sha256 digest;
  // One that is not a root may be listed as well.
  if (!store_ || !names_ || X509_STORE_set_flags(store_.get(), X509_V_FLAG_PARTIAL_CHAIN) != 1) throw std::bad_alloc();
  for (const std::string& pem : pems) {
    for (const Certificate& certificate : read_certificates(pem)) {
      X509_STORE_add_cert(store_.get(), certificate.get());
      sk_X509_NAME_push(names_.get(), X509_NAME_dup(X509_get_subject_name(certificate.get())));
      digest.update(fingerprint_of(certificate.get()));
    }
  }
  ERR_clear_error();
  digest_ = digest.hex();
}

}  // namespace penstock::router
