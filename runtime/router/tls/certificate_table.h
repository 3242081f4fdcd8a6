#pragma once

#include "runtime/router/tls/site_certificate.h"

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace penstock::router {

// Which certificate proves which host: the exact name first, then the wildcard above it. Of two for one name the one
// that expires later. Immutable: a change makes a new table, and handshakes go on with the one they began with.
class CertificateTable {
 public:
  using Certificates = std::vector<std::shared_ptr<const SiteCertificate>>;

  explicit CertificateTable(Certificates certificates);

  // `host` in lower case. Null when there is none.
  const SiteCertificate* find(std::string_view host) const;

 private:
  Certificates certificates_;
  std::unordered_map<std::string_view, const SiteCertificate*> hosts_;  // "*.example.org" as it is
};

}  // namespace penstock::router
