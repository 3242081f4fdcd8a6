#include "fuzz/fake_application.h"

#include "fuzz/strict_http.h"
#include "runtime/router/loop/stream.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <array>

namespace penstock::fuzz {

using router::EventLoop;
using router::Stream;

ListeningSocket::ListeningSocket()
    : path_(directory_.path() / "s"), fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path_.string().copy(address.sun_path, sizeof address.sun_path - 1);
  const bool bound = ::bind(fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  require(bound && ::listen(fd_.get(), SOMAXCONN) == 0, "a listening socket", path_.string());
}

class FakeApplication::Connection final : public router::EventHandler {
 public:
  Connection(EventLoop& loop, Fd fd, const Answer& answer)
      : loop_(loop), answer_(answer), stream_(loop, std::move(fd), *this) {}

  void on_events(std::uint32_t events) override {
    if (!stream_.open()) return;
    if ((events & EPOLLOUT) != 0) stream_.flush();
    const Stream::Received received = stream_.receive(loop_.scratch());
    if (received.ended || stream_.broken()) return stream_.close();
    if (ended_) return;
    received_.append(received.bytes);
    std::string_view rest = received_;
    auto head = take_head(rest);
    if (!head) return;
    require_request(*head);
    if (!take_body(*head, rest)) return;
    require(rest.empty(), "one request at a time", received_);
    received_.clear();
    answer();
  }

 private:
  void answer() {
    stream_.send(answer_.bytes);
    ended_ = answer_.close;
    if (ended_) stream_.shutdown_output();
  }

  EventLoop& loop_;
  const Answer& answer_;
  std::string received_;
  bool ended_ = false;
  Stream stream_;
};

FakeApplication::FakeApplication(EventLoop& loop, const ListeningSocket& socket, Answer answer)
    : loop_(loop), socket_(socket), answer_(std::move(answer)) {
  loop_.add(socket_.fd(), EPOLLIN, *this);
}

FakeApplication::~FakeApplication() {
  loop_.remove(socket_.fd());
  while (Fd(::accept4(socket_.fd(), nullptr, nullptr, SOCK_CLOEXEC))) {
  }
}

void FakeApplication::on_events(std::uint32_t /*events*/) {
  Fd fd(::accept4(socket_.fd(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (fd) connections_.emplace_back(loop_, std::move(fd), answer_);
}

}  // namespace penstock::fuzz
