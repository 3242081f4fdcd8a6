#include "runtime/router/tls/certificate_registry.h"

#include "base/error.h"
#include "base/log.h"

#include <nlohmann/json.hpp>

namespace penstock::router {
namespace {

std::string id_of(const Json& json) {
  const auto id = json.is_object() ? json.find("id") : json.end();
  return json.is_object() && id != json.end() && id->is_string() ? id->get<std::string>() : "";
}

}  // namespace

CertificateRegistry::CertificateRegistry(EventLoop& loop, TableStore* store, Publish publish)
    : loop_(loop), store_(store), publish_(std::move(publish)) {}

void CertificateRegistry::restore() {
  if (store_ == nullptr) return;
  Dropped dropped;
  for (const std::string& source : store_->load()) {
    if (auto certificate = read(Json::parse(source, nullptr, false), dropped)) {
      entries_[certificate->id] = std::move(certificate);
    }
  }
  publish();
}

CertificateRegistry::Dropped CertificateRegistry::replace(const Json& certificates, TableStore::Done done) {
  if (!certificates.is_array()) throw UserError("cannot replace the certificates: expected a list");
  Dropped dropped;
  Entries entries;
  std::vector<TableStore::Change> changes;
  for (const Json& json : certificates) {
    auto certificate = read(json, dropped);
    if (!certificate) continue;
    const auto before = entries_.find(certificate->id);
    if (before == entries_.end() || before->second != certificate) changes.push_back({certificate->id, json.dump()});
    entries[certificate->id] = std::move(certificate);
  }
  for (const auto& [id, certificate] : entries_) {
    if (!entries.contains(id)) changes.push_back({id, std::nullopt});
  }
  entries_ = std::move(entries);
  publish();
  keep(loop_, store_, std::move(changes), std::move(done));
  return dropped;
}

CertificateRegistry::Dropped CertificateRegistry::put(const Json& json, TableStore::Done done) {
  Dropped dropped;
  std::vector<TableStore::Change> changes;
  if (auto certificate = read(json, dropped)) {
    changes.push_back({certificate->id, json.dump()});
    entries_[certificate->id] = std::move(certificate);
    publish();
  }
  keep(loop_, store_, std::move(changes), std::move(done));
  return dropped;
}

void CertificateRegistry::remove(const std::string& id, TableStore::Done done) {
  std::vector<TableStore::Change> changes;
  if (entries_.erase(id) != 0) {
    changes.push_back({id, std::nullopt});
    publish();
  }
  keep(loop_, store_, std::move(changes), std::move(done));
}

// The one we have, when it is the same. Null when it cannot be used.
std::shared_ptr<const SiteCertificate> CertificateRegistry::read(const Json& json, Dropped& dropped) const {
  try {
    const auto same = entries_.find(id_of(json));
    if (same != entries_.end() && same->second->digest == digest_of_site_certificate(json)) return same->second;
    return std::make_shared<SiteCertificate>(read_site_certificate(json, wall_now()));
  } catch (const UserError& error) {
    dropped.push_back({"certificate " + id_of(json), error.what()});
    log_of("router")->warn("dropped {}: {}", dropped.back().entry, dropped.back().why);
    return nullptr;
  }
}

void CertificateRegistry::publish() const {
  CertificateTable::Certificates certificates;
  for (const auto& [id, certificate] : entries_) certificates.push_back(certificate);
  publish_(std::make_shared<CertificateTable>(std::move(certificates)));
}

}  // namespace penstock::router
