#include "runtime/router/upstream/tunnel.h"

#include "runtime/router/client/session.h"
#include "runtime/router/upstream/relay.h"

namespace penstock::router {

Tunnel::Tunnel(Session& session, std::unique_ptr<UpstreamConnection> upstream, std::string opening)
    : session_(session),
      upstream_(std::move(upstream)),
      opening_(std::move(opening)),
      watchdog_(session.worker().loop().timers(), [this] { close(); }) {}

Tunnel::~Tunnel() {
  session_.worker().upstreams().discard(std::move(upstream_));
}

void Tunnel::start() {
  upstream_->use(this);
  session_.resume_input();
  session_.stream().send(opening_);
  std::string().swap(opening_);
  if (!session_.input().empty()) upstream_->stream().send(session_.input());
  std::string().swap(session_.input());
  watchdog_.arm(session_.worker().settings().timeouts.stream);
}

void Tunnel::on_events(std::uint32_t events) {
  on_side_events(events, true);
}

void Tunnel::on_upstream_events(std::uint32_t events) {
  on_side_events(events, false);
}

void Tunnel::on_side_events(std::uint32_t events, bool from_client) {
  if (closed_) return;
  Stream& here = from_client ? session_.stream() : upstream_->stream();
  Stream& there = from_client ? upstream_->stream() : session_.stream();
  bool& ended_here = from_client ? client_ended_ : upstream_ended_;
  const bool ended_there = from_client ? upstream_ended_ : client_ended_;
  watchdog_.arm(session_.worker().settings().timeouts.stream);
  if ((events & EPOLLOUT) != 0) {
    here.flush();
    if (here.pending() == 0 && !ended_there) there.watch_input(true);
    if (here.pending() == 0 && ended_there) here.shutdown_output();
  }
  if ((events & EPOLLERR) != 0 || here.broken()) return close();
  if ((events & (EPOLLIN | EPOLLHUP)) != 0 && !ended_here && !pass(here, there, ended_here)) return close();
  if (client_ended_ && upstream_ended_ && here.pending() == 0 && there.pending() == 0) close();
}

bool Tunnel::pass(Stream& from, Stream& to, bool& ended) {
  const Stream::Received received = from.receive(session_.worker().loop().scratch());
  if (received.ended) {
    ended = true;
    from.watch_input(false);
    if (to.pending() == 0) to.shutdown_output();
    return true;
  }
  to.send(received.bytes);
  if (to.pending() > kMostPending) from.watch_input(false);
  return !to.broken();
}

void Tunnel::close() {
  closed_ = true;
  session_.worker().upstreams().discard(std::move(upstream_));
  session_.close();
}

}  // namespace penstock::router
