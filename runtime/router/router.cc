#include "runtime/router/router.h"

#include "base/id.h"
#include "base/log.h"
#include "runtime/router/control/hold_report_json.h"
#include "runtime/router/metrics/exposition.h"

#include <nlohmann/json.hpp>

namespace penstock::router {
namespace {

constexpr std::size_t kNameLength = 26;  // as Upsun's have

Settings named(Settings settings) {
  if (settings.name.empty()) settings.name = random_id(kNameLength);
  return settings;
}

}  // namespace

Router::Router(Settings settings)
    : settings_(named(std::move(settings))), holds_(loop_), workers_(loop_, settings_, tls_) {
  if (settings_.take_over) inheritance_ = claim_inheritance(settings_.control);
  if (inheritance_) sockets_ = ListeningSockets(std::move(inheritance_->sockets));
  open_sockets();
}

void Router::open_sockets() {
  using Listen = void (Workers::*)(const std::vector<int>&);
  const auto open = [this](const std::string& use, const std::vector<std::string>& addresses, Listen listen) {
    for (const std::string& address : addresses) {
      const std::vector<int> sockets = sockets_.listen(use, address, workers_.count());
      ports_.push_back(port_of(sockets.front()));
      (workers_.*listen)(sockets);
    }
  };
  open("listen", settings_.listen, &Workers::listen);
  open("listen-tls", settings_.listen_tls, &Workers::listen_tls);
  if (!settings_.control.empty()) {
    control_server_.emplace(
        loop_, sockets_.listen_for_control(settings_.control),
        [this](const ControlServer::Request& request) { control_->handle(request); },
        [this](std::uint64_t connection) { succession_->on_closed(connection); });
  }
  if (!settings_.metrics.empty()) {
    const int socket = sockets_.listen("metrics", settings_.metrics, 1).front();
    metrics_port_ = port_of(socket);
    metrics_server_.emplace(loop_, socket,
                            [this](MetricsServer::Deliver deliver) { collect_metrics(std::move(deliver)); });
  }
  sockets_.drop_unused();
}

void Router::make_parts() {
  if (!settings_.state_dir.empty()) {
    store_ = std::make_unique<TableStore>(settings_.state_dir / "environments");
    certificate_store_ = std::make_unique<TableStore>(settings_.state_dir / "certificates");
  }
  certificates_.emplace(loop_, certificate_store_.get(),
                        [this](std::shared_ptr<const CertificateTable> table) { tls_.publish(std::move(table)); });
  registry_.emplace(loop_, settings_.https, store_.get(),
                    [this](const std::shared_ptr<const RouteTable>& table, std::function<void()> adopted) {
                      publish(table, std::move(adopted));
                    });
  if (inheritance_) {
    predecessor_.emplace(loop_, std::move(inheritance_->connection), [this](const Json& reports) {
      for (const auto& [environment, report] : reports.items()) {
        if (const auto hold = holds_.find(environment)) hold->add(read_hold_report(report));
      }
    });
  }
  if (!control_server_) return;
  const auto retire = [this] {
    metrics_server_.reset();
    registry_->keep_no_more();
    certificates_->keep_no_more();
  };
  succession_.emplace(Succession::Parts{loop_, *control_server_, workers_, sockets_, holds_,
                                        [this](std::function<void()> settled) { settle(std::move(settled)); }, retire},
                      [this] { loop_.stop(); });
  control_.emplace(Control::Parts{
      *registry_, *certificates_, workers_, holds_, *succession_, predecessor_ ? &*predecessor_ : nullptr,
      [this](std::uint64_t connection, const std::string& line) { control_server_->tell(connection, line); }});
}

void Router::settle(std::function<void()> settled) {
  if (!store_) return loop_.post(std::move(settled));
  store_->apply({}, [this, settled = std::move(settled)](const std::string&) {
    certificate_store_->apply({}, [this, settled](const std::string&) { loop_.post(settled); });
  });
}

void Router::run(const std::function<void()>& serving) {
  make_parts();
  certificates_->restore();
  registry_->restore();
  workers_.start();
  for (const int port : ports_) log_of("router")->info("listening on port={} threads={}", port, workers_.count());
  relieve_predecessor();
  serving();
  loop_.run();
  store_.reset();
  certificate_store_.reset();
}

void Router::relieve_predecessor() {
  if (!predecessor_) return;
  predecessor_->ask({{"op", "relieve"}}, [](const Json& answer) {
    if (!answer.is_object()) return log_of("router")->warn("the former router ended before it was relieved");
    log_of("router")->info("took over from the former router, which keeps connections={} held={}",
                           answer.value("connections", 0), answer.value("held", 0));
  });
}

// A hold that begins is in force before anybody hears of the table; one that ends lets nobody go before everybody knows
// where to.
void Router::publish(const std::shared_ptr<const RouteTable>& table, std::function<void()> adopted) {
  forget_old_answers(*table);
  table_ = table;
  tls_.publish(table);
  holds_.begin(*table);
  workers_.adopt(table, holds_.holds(), [this, table, adopted = std::move(adopted)] {
    holds_.end(*table, *table_);
    adopted();
  });
}

void Router::collect_metrics(MetricsServer::Deliver deliver) {
  workers_.gather<LoopMetrics>(
      [started = started_](Worker& worker) {
        const auto up = std::chrono::steady_clock::now() - started;
        return LoopMetrics{worker.statistics(), worker.all_counters(), up - worker.loop().idle()};
      },
      [this, deliver = std::move(deliver)](const std::vector<LoopMetrics>& loops) {
        deliver(expose(loops,
                       {.refused_connections = workers_.refused_connections(),
                        .dropped_log_lines = workers_.access_log().dropped()},
                       *holds_.holds()));
      });
}

// Entries are found by release: those of another one only take room.
void Router::forget_old_answers(const RouteTable& table) {
  if (!table_) return;
  for (const auto& old : table_->environments()) {
    const auto now = table.environment(old->id);
    if (!now || now->release != old->release) workers_.cache().drop(cache_key_prefix(old->id, old->release));
  }
}

void Router::stop() {
  loop_.post([this] {
    if (predecessor_) predecessor_->ask({{"op", "stop"}}, [](const Json&) {});
    workers_.stop([this] { loop_.stop(); });
  });
}

}  // namespace penstock::router
