#pragma once

#include "runtime/router/control/control_server.h"
#include "runtime/router/hold/hold_keeper.h"
#include "runtime/router/table/registry.h"
#include "runtime/router/tls/certificate_registry.h"
#include "runtime/router/upgrade/predecessor.h"
#include "runtime/router/upgrade/succession.h"
#include "runtime/router/workers.h"

#include <cstdint>
#include <functional>
#include <string>

namespace penstock::router {

// What can be asked of a router: one JSON object each way. Every request has "op"; every answer has "ok", and "error"
// when that is false.
class Control {
 public:
  struct Parts {
    Registry& registry;
    CertificateRegistry& certificates;
    Workers& workers;
    HoldKeeper& holds;
    Succession& succession;
    Predecessor* predecessor;  // null: there is none
    // Says a line on a control connection, if it is still there.
    std::function<void(std::uint64_t connection, const std::string& line)> tell;
  };
  explicit Control(const Parts& parts) : parts_(parts) {}

  void handle(const ControlServer::Request& request);

 private:
  using Reply = ControlServer::Reply;

  bool change(const std::string& op, const Json& request, const Reply& reply);
  bool hand_on(const std::string& op, const ControlServer::Request& request);
  void report(const std::string& environment, const Json& request, const Reply& reply);
  void drain(const Json& request, const Reply& reply);
  // For a successor, who goes on asking meanwhile: answered at once, and told when it is over.
  void begin_drain(const Json& request, const ControlServer::Request& from);
  void statistics(const Json& request, const Reply& reply);
  // Adds what the predecessor says to `own` and answers.
  void add_predecessor(const Json& request, Json own, const Reply& reply, void (*add)(Json& own, const Json& other));

  Parts parts_;
};

}  // namespace penstock::router
