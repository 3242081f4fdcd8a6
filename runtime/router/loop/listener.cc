#include "runtime/router/loop/listener.h"

#include "base/error.h"
#include "base/log.h"
#include "runtime/router/loop/socket_address.h"

#include <cerrno>

namespace penstock::router {
namespace {

constexpr int kMostPerEvent = 64;
constexpr Milliseconds kPause{100};

}  // namespace

Listener::Listener(EventLoop& loop, int socket, ConnectionLimits& limits, Accept accept)
    : loop_(loop), socket_(socket), limits_(limits), accept_(std::move(accept)), later_(loop.timers(), [this] {
        open();
      }) {}

Listener::~Listener() {
  pause();
}

void Listener::open() {
  if (open_) return;
  // Not EPOLLEXCLUSIVE, though others may watch the same socket: who is woken may be just about to leave it to them.
  loop_.add(socket_, EPOLLIN, *this);
  open_ = true;
}

void Listener::pause() {
  later_.cancel();
  if (!open_) return;
  loop_.remove(socket_);
  open_ = false;
}

void Listener::on_events(std::uint32_t /*events*/) {
  for (int i = 0; i < kMostPerEvent; ++i) {
    sockaddr_storage peer{};
    socklen_t length = sizeof peer;
    Fd client(::accept4(socket_, reinterpret_cast<sockaddr*>(&peer), &length, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (client) {
      Caller caller{.ip = ip_of(peer), .place = {}};
      caller.place = limits_.admit(caller.ip);
      if (caller.place) accept_(std::move(client), std::move(caller));
    } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
      log_of("router")->warn("cannot accept connections for now: errno={}", errno);
      pause();
      later_.arm(kPause);
      return;
    } else if (errno != EINTR && errno != ECONNABORTED) {
      return;
    }
  }
}

}  // namespace penstock::router
