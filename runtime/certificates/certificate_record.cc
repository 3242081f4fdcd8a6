#include "runtime/certificates/certificate_record.h"

#include "base/error.h"
#include "base/x509.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace penstock {

bool CertificateRecord::covers(const std::string& host) const {
  const std::size_t dot = host.find('.');
  const std::string wildcard = dot == std::string::npos ? host : "*" + host.substr(dot);
  return std::any_of(names.begin(), names.end(),
                     [&](const std::string& name) { return name == host || name == wildcard; });
}

Json CertificateRecord::to_json() const {
  return {{"id", id},       {"project", project}, {"environment", environment ? Json(*environment) : Json()},
          {"chain", chain}, {"key", key},         {"created_at", iso8601(created_at)}};
}

CertificateRecord CertificateRecord::from_json(const Json& json) {
  CertificateRecord record;
  try {
    record.id = json.at("id").get<std::string>();
    record.project = json.at("project").get<std::string>();
    if (!json.at("environment").is_null()) record.environment = json.at("environment").get<std::string>();
    record.chain = json.at("chain").get<std::string>();
    record.key = json.at("key").get<std::string>();
    record.created_at = parse_iso8601(json.at("created_at").get<std::string>());
  } catch (const Json::exception&) {
    throw UserError("cannot read a stored certificate");
  }
  return read_certificate_record(std::move(record));
}

CertificateRecord read_certificate_record(CertificateRecord record) {
  const auto certificates = read_certificates(record.chain);
  const X509* leaf = certificates.front().get();
  if (!belong_together(leaf, read_private_key(record.key).get())) {
    throw UserError("cannot use the certificate: the key is not that of the certificate");
  }
  record.names = host_names_of(leaf);
  record.expires_at = expires_at(leaf);
  return record;
}

}  // namespace penstock
