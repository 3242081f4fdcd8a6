#include "runtime/router/loop/listener.h"

#include "base/error.h"
#include "base/log.h"

#include <netinet/in.h>
#include <netinet/tcp.h>

#include <cerrno>

namespace penstock::router {
namespace {

constexpr int kMostPerEvent = 64;
constexpr Milliseconds kPause{100};

}  // namespace

Listener::Listener(EventLoop& loop, const SocketAddress& address, Accept accept)
    : loop_(loop),
      fd_(::socket(address.family(), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)),
      accept_(std::move(accept)),
      pause_(loop.timers(), [this] { open(); }) {
  if (!fd_) throw SystemError("create a socket");
  const int on = 1;
  ::setsockopt(fd_.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  ::setsockopt(fd_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);  // inherited by what is accepted
  ::setsockopt(fd_.get(), SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
  if (::bind(fd_.get(), address.get(), address.length()) != 0) throw SystemError("bind " + address.text());
  if (::listen(fd_.get(), SOMAXCONN) != 0) throw SystemError("listen on " + address.text());
}

Listener::~Listener() {
  if (fd_) loop_.remove(fd_.get());
}

void Listener::open() {
  loop_.add(fd_.get(), EPOLLIN, *this);
}

void Listener::on_events(std::uint32_t /*events*/) {
  for (int i = 0; i < kMostPerEvent; ++i) {
    sockaddr_storage peer{};
    socklen_t length = sizeof peer;
    Fd client(::accept4(fd_.get(), reinterpret_cast<sockaddr*>(&peer), &length, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (client) {
      accept_(std::move(client), ip_of(peer));
    } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
      log_of("router")->warn("cannot accept connections for now: errno={}", errno);
      loop_.remove(fd_.get());
      pause_.arm(kPause);
      return;
    } else if (errno != EINTR && errno != ECONNABORTED) {
      return;
    }
  }
}

int Listener::port() const {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  if (::getsockname(fd_.get(), reinterpret_cast<sockaddr*>(&address), &length) != 0)
    throw SystemError("ask for a port");
  return ntohs(address.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6&>(address).sin6_port
                                             : reinterpret_cast<sockaddr_in&>(address).sin_port);
}

}  // namespace penstock::router
