#include "api/certificate_handler.h"

#include "api/activity_json.h"
#include "api/certificate_json.h"
#include "base/error.h"
#include "runtime/certificates/site_certificates.h"
#include "store/store.h"

#include <nlohmann/json.hpp>

namespace penstock::api {
namespace {

const std::string& project_of(const Request& request, Store& store) {
  store.projects().get(request.param("project"));
  return request.param("project");
}

std::string text_of(const Json& json, const char* name) {
  if (!json.contains(name) || !json[name].is_string()) {
    throw UserError(std::string("cannot add the certificate: no ") + name);
  }
  return json[name].get<std::string>() + "\n";
}

}  // namespace

Response CertificateHandler::list(const Request& request) const {
  Json list = Json::array();
  for (const CertificateRecord& record : certificates.list(project_of(request, store))) {
    list.push_back(certificate_json(record));
  }
  return Response::json(list);
}

Response CertificateHandler::create(const Request& request) const {
  const std::string& project = project_of(request, store);
  const Json body = request.json();
  std::string chain = text_of(body, "certificate");
  for (const Json& each : body.value("chain", Json::array())) {
    if (!each.is_string()) throw UserError("cannot add the certificate: its chain is not a list of PEM texts");
    chain += each.get<std::string>() + "\n";
  }
  const CertificateRecord record = certificates.add(project, chain, text_of(body, "key"));
  return Response::json(accepted({}, certificate_json(record)), 201);
}

Response CertificateHandler::get(const Request& request) const {
  return Response::json(certificate_json(certificates.get(project_of(request, store), request.param("certificate"))));
}

Response CertificateHandler::remove(const Request& request) const {
  const std::string& project = project_of(request, store);
  const CertificateRecord record = certificates.get(project, request.param("certificate"));
  certificates.remove(project, record.id);
  return Response::json(accepted({}, certificate_json(record)));
}

Response CertificateHandler::authority(const Request& /*request*/) const {
  return Response::json({{"certificate", certificates.authority()}});
}

}  // namespace penstock::api
