#include "runtime/router/tls/handshake.h"

#include <sys/socket.h>

#include <cerrno>
#include <string_view>

namespace penstock::router {
namespace {

constexpr std::string_view kPlainHttp =
    "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 65\r\n"
    "Connection: close\r\n\r\nThis port speaks HTTPS only. Use an address that begins https://\n";

}  // namespace

Handshake::Handshake(EventLoop& loop, Fd fd, std::unique_ptr<TlsChannel> channel, Limits limits, Done done)
    : loop_(loop),
      limits_(limits),
      done_(std::move(done)),
      limit_(loop.timers(), [this] { finish(nullptr); }),
      fd_(std::move(fd)),
      channel_(std::move(channel)) {}

Handshake::~Handshake() {
  if (fd_ && watched_ != 0) loop_.remove(fd_.get());
}

void Handshake::start() {
  limit_.arm(limits_.whole);
  watched_ = EPOLLIN;
  if (!loop_.try_add(fd_.get(), watched_, *this)) finish(nullptr);
}

void Handshake::on_events(std::uint32_t /*events*/) {
  if (!done_) return;
  refused_ ? drain() : go_on();
}

void Handshake::go_on() {
  switch (channel_->handshake()) {
    case TlsChannel::Progress::Done:
      return finish(std::move(channel_));
    case TlsChannel::Progress::NeedsInput:
      return watch(EPOLLIN);
    case TlsChannel::Progress::NeedsOutput:
      return watch(EPOLLOUT);
    case TlsChannel::Progress::PlainHttp:
      return refuse_plain_http();
    case TlsChannel::Progress::Failed:
      return finish(nullptr);
  }
}

void Handshake::watch(std::uint32_t events) {
  if (watched_ == events) return;
  watched_ = events;
  if (!loop_.modify(fd_.get(), events, *this)) finish(nullptr);
}

// Closing with unread bytes in the socket would reset the connection and destroy the answer on its way.
void Handshake::refuse_plain_http() {
  refused_ = true;
  (void)!::send(fd_.get(), kPlainHttp.data(), kPlainHttp.size(), MSG_NOSIGNAL);
  ::shutdown(fd_.get(), SHUT_WR);
  limit_.arm(limits_.linger);
  drain();
}

void Handshake::drain() {
  const std::span<char> scratch = loop_.scratch();
  const ssize_t got = ::recv(fd_.get(), scratch.data(), scratch.size(), 0);
  if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) finish(nullptr);
}

void Handshake::finish(std::unique_ptr<TlsChannel> channel) {
  limit_.cancel();
  std::exchange(done_, nullptr)(*this, std::move(channel));
}

Fd Handshake::take_socket() {
  loop_.remove(fd_.get());
  watched_ = 0;
  return std::move(fd_);
}

}  // namespace penstock::router
