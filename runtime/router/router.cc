#include "runtime/router/router.h"

#include "base/log.h"
#include "runtime/router/loop/listening_socket.h"

namespace penstock::router {

Router::Router(Settings settings) : settings_(std::move(settings)), holds_(loop_), workers_(loop_, settings_, tls_) {
  listen();
  if (settings_.control.empty()) return;
  control_server_.emplace(loop_, settings_.control, [this](const std::string& line, const ControlServer::Reply& reply) {
    control_->handle(line, reply);
  });
}

void Router::listen() {
  const auto bind = [this](const std::vector<std::string>& addresses, void (Workers::*take)(std::vector<Fd>)) {
    for (const std::string& address : addresses) {
      std::vector<Fd> sockets = listen_on(SocketAddress(address), workers_.count());
      ports_.push_back(port_of(sockets.front().get()));
      (workers_.*take)(std::move(sockets));
    }
  };
  bind(settings_.listen, &Workers::listen);
  bind(settings_.listen_tls, &Workers::listen_tls);
}

void Router::run() {
  restore();
  workers_.start();
  for (const int port : ports_) log_of("router")->info("listening on port={} threads={}", port, workers_.count());
  loop_.run();
  store_.reset();
  certificate_store_.reset();
}

void Router::restore() {
  if (!settings_.state_dir.empty()) {
    store_ = std::make_unique<TableStore>(settings_.state_dir / "environments");
    certificate_store_ = std::make_unique<TableStore>(settings_.state_dir / "certificates");
  }
  certificates_.emplace(loop_, certificate_store_.get(),
                        [this](std::shared_ptr<const CertificateTable> table) { tls_.publish(std::move(table)); });
  registry_.emplace(loop_, settings_.https, store_.get(),
                    [this](std::shared_ptr<const RouteTable> table, std::function<void()> adopted) {
                      publish(std::move(table), std::move(adopted));
                    });
  control_.emplace(*registry_, *certificates_, workers_, holds_);
  certificates_->restore();
  registry_->restore();
}

// A hold that begins is in force before anybody hears of the table; one that ends lets nobody go before everybody knows
// where to.
void Router::publish(const std::shared_ptr<const RouteTable>& table, std::function<void()> adopted) {
  table_ = table;
  tls_.publish(table);
  holds_.begin(*table);
  workers_.adopt(table, holds_.holds(), [this, table, adopted = std::move(adopted)] {
    holds_.end(*table, *table_);
    adopted();
  });
}

void Router::stop() {
  loop_.post([this] { workers_.stop([this] { loop_.stop(); }); });
}

}  // namespace penstock::router
