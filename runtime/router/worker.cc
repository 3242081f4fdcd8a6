#include "runtime/router/worker.h"

#include "runtime/router/client/session.h"
#include "runtime/router/http/date.h"
#include "runtime/router/http2/http2_connection.h"
#include "runtime/router/tls/tls_channel.h"

#include <ctime>
#include <set>

namespace penstock::router {
namespace {

std::set<std::string> addresses_of(const RouteTable& table, const std::string& id) {
  std::set<std::string> addresses;
  const auto environment = table.environment(id);
  if (!environment) return addresses;
  for (const auto& [name, upstream] : environment->upstreams) {
    for (const SocketAddress& address : upstream.addresses) addresses.insert(address.text());
  }
  return addresses;
}

// Of the environments that are the same in both.
std::set<std::string> unchanged_artifacts(const RouteTable& table, const RouteTable& old) {
  std::set<std::string> roots;
  for (const auto& environment : table.environments()) {
    if (old.environment(environment->id) != environment) continue;
    for (const auto& [name, upstream] : environment->upstreams) roots.insert(upstream.root);
  }
  return roots;
}

}  // namespace

Statistics& Statistics::operator+=(const Statistics& other) {
  open_connections += other.open_connections;
  connections += other.connections;
  requests += other.requests;
  upstream_failures += other.upstream_failures;
  tls_connections += other.tls_connections;
  failed_handshakes += other.failed_handshakes;
  return *this;
}

Worker::Worker(EventLoop& loop, const SharedParts& shared)
    : loop_(loop),
      settings_(shared.settings),
      cache_(shared.cache),
      table_(std::make_shared<RouteTable>()),
      holds_(loop),
      upstreams_(loop, shared.tls_client),
      names_(loop, shared.resolver),
      drains_(loop, upstreams_),
      access_log_(loop.timers(), shared.access_log),
      balancer_([&loop] { return loop.now(); }),
      passwords_([&loop] { return loop.now(); }),
      stop_limit_(loop.timers(), [this] {
        while (!connections_.empty()) connections_.front()->close();
      }) {}

Worker::~Worker() {
  while (!connections_.empty()) connections_.front()->close();
  loop_.collect();  // what was retired may look at us
}

void Worker::accept(Fd client, Caller caller, std::unique_ptr<TlsChannel> tls) {
  ++statistics_.connections;
  if (tls) ++statistics_.tls_connections;
  if (tls && tls->speaks_http2()) {
    auto connection = std::make_unique<Http2Connection>(*this, std::move(client), std::move(caller), std::move(tls));
    if (!connection->broken()) serve(std::move(connection));
    return;
  }
  auto session = std::make_unique<Session>(*this, std::move(client), std::move(caller), std::move(tls));
  if (!session->broken()) serve(std::move(session));
}

void Worker::serve(std::unique_ptr<Connection> connection) {
  connection->place_ = connections_.insert(connections_.end(), nullptr);
  *connection->place_ = std::move(connection);
  statistics_.open_connections = connections_.size();
  if (stopping_) connections_.back()->drain();
}

void Worker::remove(Connection& connection) {
  const auto place = connection.place_;
  loop_.retire(std::move(*place));
  connections_.erase(place);
  statistics_.open_connections = connections_.size();
  if (stopping_ && connections_.empty() && stopped_) loop_.post(std::exchange(stopped_, nullptr));
}

void Worker::adopt(std::shared_ptr<const RouteTable> table, const Holds& holds) {
  const auto old = std::exchange(table_, std::move(table));
  for (const auto& environment : old->environments()) {
    if (table_->environment(environment->id) == environment) continue;
    for (const std::string& address : addresses_of(*old, environment->id)) {
      upstreams_.forget(address);
      balancer_.forget(address);
    }
  }
  names_.clear();
  files_.retain(unchanged_artifacts(*table_, *old));
  holds_.adopt(holds);
}

void Worker::drain(std::function<void()> done) {
  for (auto next = connections_.begin(); next != connections_.end();) (*next++)->drain();
  leave(settings_.timeouts.drain, std::move(done));
}

void Worker::stop(std::function<void()> done) {
  in_haste_ = true;
  stopped_ = nullptr;
  for (auto next = connections_.begin(); next != connections_.end();) (*next++)->finish();
  leave(settings_.timeouts.stop, std::move(done));
}

void Worker::leave(Milliseconds limit, std::function<void()> done) {
  stopping_ = true;
  stopped_ = std::move(done);
  stop_limit_.arm(limit);
  if (connections_.empty()) loop_.post(std::exchange(stopped_, nullptr));
}

std::string_view Worker::date() {
  if (loop_.now() - date_made_ >= Milliseconds(1000)) {
    date_ = http_date(std::time(nullptr));
    date_made_ = loop_.now();
  }
  return date_;
}

}  // namespace penstock::router
