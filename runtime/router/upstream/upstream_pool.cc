#include "runtime/router/upstream/upstream_pool.h"

#include "base/unix_socket.h"
#include "runtime/router/tls/tls_channel.h"
#include "runtime/router/tls/tls_client.h"

#include <netinet/in.h>
#include <netinet/tcp.h>

#include <algorithm>
#include <cerrno>

namespace penstock::router {
namespace {

// Shorter than the 5 s after which Node.js, the most impatient of the common servers, closes.
constexpr Milliseconds kIdle{4000};
constexpr std::size_t kMostIdlePerAddress = 1024;

bool still_open(int fd) {
  char byte = 0;
  return ::recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

bool begin_connect(int fd, const SocketAddress& address) {
  if (address.family() != AF_UNIX) {
    return ::connect(fd, address.get(), address.length()) == 0 || errno == EINPROGRESS;
  }
  const Fd socket = open_socket(address.path());
  if (!socket) return false;
  const sockaddr_un opened = address_of(socket);
  return ::connect(fd, reinterpret_cast<const sockaddr*>(&opened), sizeof opened) == 0;
}

}  // namespace

UpstreamConnection::UpstreamConnection(UpstreamPool& pool, EventLoop& loop, Fd fd, std::string endpoint)
    : pool_(pool),
      endpoint_(std::move(endpoint)),
      idle_(loop.timers(), [this] { pool_.drop_idle(*this); }),
      stream_(loop, std::move(fd), *this) {}

UpstreamConnection::~UpstreamConnection() = default;

void UpstreamConnection::on_events(std::uint32_t events) {
  if (!stream_.open()) return;
  if (handshake_) return go_on_with_handshake();
  if (user_ != nullptr) return user_->on_upstream_events(events);
  pool_.drop_idle(*this);
}

void UpstreamConnection::shake_hands(std::unique_ptr<TlsChannel> channel) {
  handshake_ = std::move(channel);
}

void UpstreamConnection::go_on_with_handshake() {
  switch (handshake_->handshake()) {
    case TlsChannel::Progress::Done:
      stream_.secure(std::move(handshake_));
      return user_->on_upstream_events(EPOLLOUT);
    case TlsChannel::Progress::NeedsInput:
      return stream_.watch_output(false);
    case TlsChannel::Progress::NeedsOutput:
      return stream_.watch_output(true);
    case TlsChannel::Progress::PlainHttp:
    case TlsChannel::Progress::Failed:
      return user_->on_upstream_events(EPOLLERR);
  }
}

// The same for those that share connections.
std::string UpstreamPool::key_of(const UpstreamEndpoint& endpoint) {
  return endpoint.address.text() + "/" + std::string(endpoint.tls_host);
}

UpstreamPool::Host& UpstreamPool::host_of(const UpstreamEndpoint& endpoint) {
  return endpoint.tls_host.empty() ? hosts_[endpoint.address.text()] : hosts_[key_of(endpoint)];
}

std::unique_ptr<UpstreamConnection> UpstreamPool::take(const UpstreamEndpoint& endpoint, bool probe) {
  Host& host = host_of(endpoint);
  while (!host.idle.empty()) {
    std::unique_ptr<UpstreamConnection> connection = std::move(host.idle.back());
    host.idle.pop_back();
    connection->idle_.cancel();
    if (!probe || still_open(connection->stream_.fd())) {
      note_used(host, *connection);
      return connection;
    }
    discard(std::move(connection));
  }
  return nullptr;
}

std::unique_ptr<UpstreamConnection> UpstreamPool::connect(const UpstreamEndpoint& endpoint) {
  const SocketAddress& address = endpoint.address;
  Fd fd(::socket(address.family(), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return nullptr;
  if (address.family() != AF_UNIX) {
    const int on = 1;
    ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  if (!begin_connect(fd.get(), address)) return nullptr;
  const bool tls = !endpoint.tls_host.empty();
  auto connection =
      std::make_unique<UpstreamConnection>(*this, loop_, std::move(fd), tls ? key_of(endpoint) : address.text());
  if (connection->stream_.broken()) return nullptr;
  if (tls) {
    connection->shake_hands(tls_.connect(std::string(endpoint.tls_host), connection->stream_.fd()));
  }
  Host& host = host_of(endpoint);
  connection->generation_ = host.generation;
  note_used(host, *connection);
  connection->stream_.watch_output(true);
  return connection;
}

std::size_t UpstreamPool::in_use(const UpstreamEndpoint& endpoint) const {
  const auto found = endpoint.tls_host.empty() ? hosts_.find(endpoint.address.text()) : hosts_.find(key_of(endpoint));
  return found == hosts_.end() ? 0 : found->second.used.size();
}

void UpstreamPool::give_back(std::unique_ptr<UpstreamConnection> connection) {
  Host& host = hosts_[connection->endpoint_];
  note_unused(host, *connection);
  if (host.idle.size() >= kMostIdlePerAddress || connection->generation_ != host.generation)
    return discard(std::move(connection));
  connection->reused_ = true;
  connection->stream_.watch_input(true);
  connection->idle_.arm(kIdle);
  host.idle.push_back(std::move(connection));
}

void UpstreamPool::discard(std::unique_ptr<UpstreamConnection> connection) {
  if (!connection) return;
  note_unused(hosts_[connection->endpoint_], *connection);
  connection->stream_.close();
  loop_.retire(std::move(connection));
}

std::vector<UpstreamUser*> UpstreamPool::users(const std::string& address) const {
  std::vector<UpstreamUser*> users;
  const auto host = hosts_.find(address);
  if (host == hosts_.end()) return users;
  for (const UpstreamConnection* connection : host->second.used) users.push_back(connection->user_);
  return users;
}

void UpstreamPool::note_used(Host& host, UpstreamConnection& connection) {
  connection.place_ = host.used.size();
  host.used.push_back(&connection);
}

void UpstreamPool::note_unused(Host& host, UpstreamConnection& connection) {
  connection.user_ = nullptr;
  const std::size_t place = connection.place_;
  if (place == UpstreamConnection::kNowhere) return;
  host.used[place] = host.used.back();
  host.used[place]->place_ = place;
  host.used.pop_back();
  connection.place_ = UpstreamConnection::kNowhere;
  if (host.used.empty()) unused_();
}

void UpstreamPool::drop_idle(UpstreamConnection& connection) {
  auto& idle = hosts_[connection.endpoint_].idle;
  const auto at = std::find_if(idle.begin(), idle.end(), [&](const auto& c) { return c.get() == &connection; });
  if (at == idle.end()) return;
  std::unique_ptr<UpstreamConnection> dropped = std::move(*at);
  idle.erase(at);
  discard(std::move(dropped));
}

void UpstreamPool::forget(const std::string& address) {
  const auto found = hosts_.find(address);
  if (found == hosts_.end()) return;
  ++found->second.generation;
  for (auto& connection : std::exchange(found->second.idle, {})) discard(std::move(connection));
}

}  // namespace penstock::router
