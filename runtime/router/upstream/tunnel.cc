#include "runtime/router/upstream/tunnel.h"

#include "runtime/router/client/downstream.h"
#include "runtime/router/worker.h"

namespace penstock::router {

Tunnel::Tunnel(Downstream& client, std::unique_ptr<UpstreamConnection> upstream, std::string received)
    : Responder(client),
      worker_(client.worker()),
      upstream_(std::move(upstream)),
      received_(std::move(received)),
      watchdog_(worker_.loop().timers(), [this] { close(); }) {
  upstream_->use(this);
}

Tunnel::~Tunnel() {
  worker_.upstreams().discard(std::move(upstream_));
}

void Tunnel::start() {
  pass_to_client(std::exchange(received_, {}));
  client().read_body(true);
}

// From the client

void Tunnel::on_request_body(const BodyPart& part) {
  client_ended_ |= part.last;
  if (!upstream_) {
    if (client_ended_) close();
    return;
  }
  watchdog_.arm(worker_.settings().timeouts.stream);
  Stream& stream = upstream_->stream();
  for (const std::string_view piece : part.pieces) {
    from_client_.pass(piece);
    stream.send(piece);
  }
  if (stream.pending() > kMostPending && !client_ended_) client().read_body(false);
  if (client_ended_ && stream.pending() == 0) stream.shutdown_output();
  close_when_over();
}

void Tunnel::on_writable() {
  if (!upstream_) return;
  watchdog_.arm(worker_.settings().timeouts.stream);
  if (!upstream_ended_) upstream_->stream().watch_input(true);
  close_when_over();
}

void Tunnel::on_client_gone() {
  watchdog_.cancel();
  worker_.upstreams().discard(std::move(upstream_));
}

// From the application

void Tunnel::on_upstream_events(std::uint32_t events) {
  if (!upstream_) return;
  Stream& stream = upstream_->stream();
  watchdog_.arm(worker_.settings().timeouts.stream);
  if ((events & EPOLLOUT) != 0) {
    stream.flush();
    if (stream.pending() == 0 && client_ended_) stream.shutdown_output();
    if (stream.pending() == 0 && !client_ended_) client().read_body(true);
  }
  if (!upstream_) return;
  if ((events & EPOLLERR) != 0 || stream.broken()) return close();
  if ((events & (EPOLLIN | EPOLLHUP)) != 0 && !upstream_ended_) take_upstream_input();
  if (upstream_) close_when_over();
}

void Tunnel::take_upstream_input() {
  const Stream::Received received = upstream_->stream().receive(worker_.loop().scratch());
  if (!received.ended) return pass_to_client(received.bytes);
  upstream_ended_ = true;
  upstream_->stream().watch_input(false);
  out().body({.last = true});
}

void Tunnel::pass_to_client(std::string_view bytes) {
  from_upstream_.pass(bytes);
  out().body({.pieces = {&bytes, 1}});
  if (out().pending() > kMostPending) upstream_->stream().watch_input(false);
  watchdog_.arm(worker_.settings().timeouts.stream);
}

void Tunnel::close_when_over() {
  if (client_ended_ && upstream_ended_ && upstream_->stream().pending() == 0 && out().pending() == 0) close();
}

// Each side is told, unless it is being sent a frame, and the client has a moment to close too.
bool Tunnel::break_off() {
  if (!client_ended_ && from_client_.between_frames()) upstream_->stream().send(going_away_frame(true));
  worker_.upstreams().discard(std::move(upstream_));
  const bool clean = from_upstream_.between_frames();
  if (!clean || client_ended_) {
    close();
    return clean;
  }
  watchdog_.arm(worker_.settings().timeouts.linger);
  const std::string frame = going_away_frame(false);
  const std::string_view piece = frame;
  if (!upstream_ended_) out().body({.pieces = {&piece, 1}, .last = true});
  client().read_body(true);
  return true;
}

void Tunnel::close() {
  on_client_gone();
  out().abort();
}

}  // namespace penstock::router
