#include "runtime/router/router.h"

#include "base/log.h"

namespace penstock::router {

Router::Router(Settings settings) : settings_(std::move(settings)), worker_(loop_, settings_) {
  for (const std::string& address : settings_.listen) {
    listeners_.push_back(std::make_unique<Listener>(loop_, SocketAddress(address), [this](Fd client, std::string ip) {
      worker_.accept(std::move(client), std::move(ip));
    }));
  }
  if (settings_.control.empty()) return;
  control_server_.emplace(loop_, settings_.control, [this](const std::string& line, const ControlServer::Reply& reply) {
    control_->handle(line, reply);
  });
}

void Router::run() {
  if (!settings_.state_dir.empty()) store_ = std::make_unique<TableStore>(settings_.state_dir / "environments");
  registry_.emplace(loop_, settings_.https, store_.get(),
                    [this](std::shared_ptr<const RouteTable> table) { worker_.adopt(std::move(table)); });
  control_.emplace(*registry_, worker_);
  registry_->restore();
  for (auto& listener : listeners_) {
    listener->open();
    log_of("router")->info("listening on port={}", listener->port());
  }
  loop_.run();
  store_.reset();
}

void Router::stop() {
  loop_.post([this] {
    listeners_.clear();
    worker_.stop([this] { loop_.stop(); });
  });
}

std::vector<int> Router::ports() const {
  std::vector<int> ports;
  for (const auto& listener : listeners_) ports.push_back(listener->port());
  return ports;
}

}  // namespace penstock::router
