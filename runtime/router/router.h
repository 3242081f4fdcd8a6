#pragma once

#include "runtime/router/control/control.h"
#include "runtime/router/control/control_server.h"
#include "runtime/router/hold/hold_keeper.h"
#include "runtime/router/loop/event_loop.h"
#include "runtime/router/loop/listening_sockets.h"
#include "runtime/router/metrics/metrics_server.h"
#include "runtime/router/settings.h"
#include "runtime/router/table/registry.h"
#include "runtime/router/table/table_store.h"
#include "runtime/router/tls/certificate_registry.h"
#include "runtime/router/tls/tls_context.h"
#include "runtime/router/upgrade/inheritance.h"
#include "runtime/router/upgrade/predecessor.h"
#include "runtime/router/upgrade/succession.h"
#include "runtime/router/workers.h"

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace penstock::router {

// The whole data plane. Constructed it has its sockets, which may need privileges; run() needs none. One loop takes
// what is asked of the router, the Workers' loops serve clients.
class Router {
 public:
  explicit Router(Settings settings);

  // Serves until stop(), then finishes what is under way; or until another router has taken over and nobody is left.
  // `serving` is called when the first request may come.
  void run(const std::function<void()>& serving = [] {});
  // From any thread, or before run().
  void stop();

  EventLoop& loop() { return loop_; }
  // Of the listeners, in the order of the settings; those with TLS come last.
  const std::vector<int>& ports() const { return ports_; }
  // Of Settings::metrics; 0 without.
  int metrics_port() const { return metrics_port_; }

 private:
  void open_sockets();
  void make_parts();
  // Calls back on the loop when all that was changed before is on disk.
  void settle(std::function<void()> settled);
  void forget_old_answers(const RouteTable& table);
  void publish(const std::shared_ptr<const RouteTable>& table, std::function<void()> adopted);
  void relieve_predecessor();
  void collect_metrics(MetricsServer::Deliver deliver);

  Settings settings_;
  TlsContext tls_;
  EventLoop loop_;
  const std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
  std::optional<Inheritance> inheritance_;
  ListeningSockets sockets_;
  HoldKeeper holds_;
  std::shared_ptr<const RouteTable> table_;  // published last
  Workers workers_;
  std::vector<int> ports_;
  int metrics_port_ = 0;
  std::unique_ptr<TableStore> store_;
  std::unique_ptr<TableStore> certificate_store_;
  std::optional<Registry> registry_;
  std::optional<CertificateRegistry> certificates_;
  std::optional<Predecessor> predecessor_;
  std::optional<Succession> succession_;
  std::optional<Control> control_;
  std::optional<ControlServer> control_server_;
  std::optional<MetricsServer> metrics_server_;
};

}  // namespace penstock::router
