#pragma once

#include "base/json.h"
#include "base/x509.h"

#include <string>
#include <vector>

namespace penstock::router {

// A certificate with what belongs to it, by which sites prove who they are. Immutable once made.
struct SiteCertificate {
  std::string id;
  std::vector<std::string> names;  // hosts in lower case; a first label may be '*'
  Certificate leaf;
  std::vector<Certificate> chain;  // from the leaf's issuer on
  PrivateKey key;
  std::string digest;  // as digest_of_site_certificate() gives it
};

// Equal for entries with the same certificates and key. Throws UserError.
std::string digest_of_site_certificate(const Json& json);

// Of {"id", "chain": PEM, "key": PEM}. Throws UserError, which names nothing of the key, when it is not one that can be
// served at `now`: unreadable, expired, for no host, too weak, or with a key that is another's.
SiteCertificate read_site_certificate(const Json& json, WallTime now);

// For hosts that have none: signed by itself, for no host in particular.
SiteCertificate make_default_certificate();

}  // namespace penstock::router
