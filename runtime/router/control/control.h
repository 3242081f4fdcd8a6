#pragma once

#include "runtime/router/control/control_server.h"
#include "runtime/router/table/registry.h"
#include "runtime/router/worker.h"

#include <string>

namespace penstock::router {

// What can be asked of a router: one JSON object each way. Every request has "op"; every answer has "ok", and "error"
// when that is false.
class Control {
 public:
  Control(Registry& registry, Worker& worker) : registry_(registry), worker_(worker) {}

  void handle(const std::string& line, const ControlServer::Reply& reply);

 private:
  void run(const Json& request, const ControlServer::Reply& reply);
  std::string report(const std::string& environment);
  std::string statistics();

  Registry& registry_;
  Worker& worker_;
};

}  // namespace penstock::router
