#pragma once

#include "runtime/router/control/control_server.h"
#include "runtime/router/hold/hold_keeper.h"
#include "runtime/router/table/registry.h"
#include "runtime/router/tls/certificate_registry.h"
#include "runtime/router/workers.h"

#include <string>

namespace penstock::router {

// What can be asked of a router: one JSON object each way. Every request has "op"; every answer has "ok", and "error"
// when that is false.
class Control {
 public:
  Control(Registry& registry, CertificateRegistry& certificates, Workers& workers, HoldKeeper& holds)
      : registry_(registry), certificates_(certificates), workers_(workers), holds_(holds) {}

  void handle(const std::string& line, const ControlServer::Reply& reply);

 private:
  void run(const Json& request, const ControlServer::Reply& reply);
  std::string report(const std::string& environment);
  void statistics(const ControlServer::Reply& reply);

  Registry& registry_;
  CertificateRegistry& certificates_;
  Workers& workers_;
  HoldKeeper& holds_;
};

}  // namespace penstock::router
