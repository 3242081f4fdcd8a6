#include "api/certificate_json.h"

#include "api/urls.h"
#include "base/x509.h"
#include "runtime/certificates/certificate_record.h"

#include <nlohmann/json.hpp>

namespace penstock::api {

Json certificate_json(const CertificateRecord& record) {
  const auto certificates = read_certificates(record.chain);
  Json chain = Json::array();
  for (std::size_t i = 1; i < certificates.size(); ++i) chain.push_back(to_pem(certificates[i].get()));
  Json issuer = Json::array();
  for (const NamePart& part : issuer_of(certificates.front().get())) {
    issuer.push_back({{"oid", part.oid}, {"alias", part.alias}, {"value", part.value}});
  }
  const std::string self = project_path(record.project) + "/certificates/" + record.id;
  return {{"id", record.id},
          {"project", record.project},
          {"certificate", to_pem(certificates.front().get())},
          {"chain", std::move(chain)},
          {"is_provisioned", record.environment.has_value()},
          {"is_invalid", record.expires_at <= wall_now()},
          {"is_root", false},
          {"domains", record.names},
          {"issuer", std::move(issuer)},
          {"created_at", iso8601(record.created_at)},
          {"updated_at", iso8601(record.created_at)},
          {"expires_at", iso8601(record.expires_at)},
          {"_links", {{"self", {{"href", self}}}, {"#delete", {{"href", self}}}}}};
}

}  // namespace penstock::api
