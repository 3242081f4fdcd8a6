#include "runtime/router/tls/certificate_table.h"

namespace penstock::router {

CertificateTable::CertificateTable(Certificates certificates) : certificates_(std::move(certificates)) {
  for (const auto& certificate : certificates_) {
    for (const std::string& name : certificate->names) {
      const SiteCertificate*& entry = hosts_[name];
      if (entry == nullptr || expires_at(certificate->leaf.get()) >= expires_at(entry->leaf.get())) {
        entry = certificate.get();
      }
    }
  }
}

const SiteCertificate* CertificateTable::find(std::string_view host) const {
  if (const auto exact = hosts_.find(host); exact != hosts_.end()) return exact->second;
  const std::size_t dot = host.find('.');
  if (dot == std::string_view::npos) return nullptr;
  const auto wildcard = hosts_.find("*" + std::string(host.substr(dot)));
  return wildcard == hosts_.end() ? nullptr : wildcard->second;
}

}  // namespace penstock::router
