#pragma once

#include "api/request.h"
#include "api/response.h"

namespace penstock {
class SiteCertificates;
class Store;
}  // namespace penstock

namespace penstock::api {

// The certificates of a project's sites. A private key goes in and never out.
struct CertificateHandler {
  Store& store;
  SiteCertificates& certificates;

  Response list(const Request& request) const;
  // {"certificate": PEM, "key": PEM, "chain": [PEM…]}
  Response create(const Request& request) const;
  Response get(const Request& request) const;
  Response remove(const Request& request) const;
  // {"certificate": PEM} of the authority that certifies the sites nobody else does.
  Response authority(const Request& request) const;
};

}  // namespace penstock::api
