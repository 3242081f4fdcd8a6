#include "runtime/router/upstream/upstream_pool.h"

#include "base/unix_socket.h"

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

UpstreamConnection::UpstreamConnection(UpstreamPool& pool, EventLoop& loop, Fd fd, std::string address)
    : pool_(pool),
      address_(std::move(address)),
      idle_(loop.timers(), [this] { pool_.drop_idle(*this); }),
      stream_(loop, std::move(fd), *this) {}

void UpstreamConnection::on_events(std::uint32_t events) {
  if (!stream_.open()) return;
  if (user_ != nullptr) return user_->on_upstream_events(events);
  pool_.drop_idle(*this);
}

std::unique_ptr<UpstreamConnection> UpstreamPool::take(const SocketAddress& address, bool probe) {
  Host& host = hosts_[address.text()];
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

std::unique_ptr<UpstreamConnection> UpstreamPool::connect(const SocketAddress& address) {
  Fd fd(::socket(address.family(), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return nullptr;
  if (address.family() != AF_UNIX) {
    const int on = 1;
    ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  if (!begin_connect(fd.get(), address)) return nullptr;
  auto connection = std::make_unique<UpstreamConnection>(*this, loop_, std::move(fd), address.text());
  if (connection->stream_.broken()) return nullptr;
  Host& host = hosts_[address.text()];
  connection->generation_ = host.generation;
  note_used(host, *connection);
  connection->stream_.watch_output(true);
  return connection;
}

std::size_t UpstreamPool::in_use(const SocketAddress& address) const {
  const auto found = hosts_.find(address.text());
  return found == hosts_.end() ? 0 : found->second.used.size();
}

void UpstreamPool::give_back(std::unique_ptr<UpstreamConnection> connection) {
  Host& host = hosts_[connection->address_];
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
  note_unused(hosts_[connection->address_], *connection);
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
  auto& idle = hosts_[connection.address_].idle;
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
