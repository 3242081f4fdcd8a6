#pragma once

#include "base/handle.h"

#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include <string>
#include <vector>

namespace penstock::router {

// The certificates of those who vouch for the clients of a site. Immutable; thread safe.
class ClientAuthorities {
 public:
  // Of PEM texts, each with one or more. Throws UserError.
  explicit ClientAuthorities(const std::vector<std::string>& pems);

  X509_STORE* store() const { return store_.get(); }
  // For the client to choose its certificate by.
  const STACK_OF(X509_NAME) * names() const { return names_.get(); }
  // Equal for the same certificates in the same order.
  const std::string& digest() const { return digest_; }

 private:
  static void free_names(STACK_OF(X509_NAME) * names) { sk_X509_NAME_pop_free(names, X509_NAME_free); }

  Handle<X509_STORE, X509_STORE_free> store_;
  Handle<STACK_OF(X509_NAME), free_names> names_;
  std::string digest_;
};

}  // namespace penstock::router
