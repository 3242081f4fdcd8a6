#include "runtime/router/metrics/metrics_server.h"

#include "runtime/router/http/request_head.h"
#include "runtime/router/loop/stream.h"
#include "runtime/router/loop/timer.h"

#include <fmt/format.h>

namespace penstock::router {
namespace {

constexpr std::size_t kMostConnections = 16;
constexpr Milliseconds kPatience{10'000};  // for the whole exchange

}  // namespace

class MetricsConnection final : public EventHandler {
 public:
  MetricsConnection(MetricsServer& server, std::uint64_t id, EventLoop& loop, Fd fd)
      : server_(server),
        id_(id),
        loop_(loop),
        patience_(loop.timers(), [this] { server_.close(id_); }),
        stream_(loop, std::move(fd), *this) {
    patience_.arm(kPatience);
  }

  void on_events(std::uint32_t events) override {
    if (!stream_.open()) return;
    if ((events & EPOLLOUT) != 0) flush();
    if (stream_.open() && (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) receive();
  }

  void send(const std::string& response) {
    stream_.send(response);
    flush();
  }
  void close() { stream_.close(); }

 private:
  void flush() {
    stream_.flush();
    if (stream_.pending() == 0) stream_.shutdown_output();  // the client closes, having read everything
  }

  void receive() {
    const Stream::Received received = stream_.receive(loop_.scratch());
    if (received.ended) return server_.close(id_);
    if (asked_) return;
    head_.append(received.bytes);
    const HeadExtent extent = find_request_head(head_, 0);
    if (extent.refusal != 0) return server_.close(id_);
    if (extent.length == 0) return;
    asked_ = true;
    server_.answer(id_);
  }

  MetricsServer& server_;
  const std::uint64_t id_;
  EventLoop& loop_;
  std::string head_;
  bool asked_ = false;
  Timer patience_;
  Stream stream_;
};

MetricsServer::MetricsServer(EventLoop& loop, int socket, Collect collect)
    : loop_(loop),
      collect_(std::move(collect)),
      listener_(loop, socket, limits_, [this](Fd client, const Caller& /*caller*/) { accept(std::move(client)); }) {
  listener_.open();
}

MetricsServer::~MetricsServer() = default;

void MetricsServer::accept(Fd client) {
  if (connections_.size() >= kMostConnections) return;
  const std::uint64_t id = ++last_id_;
  connections_.emplace(id, std::make_unique<MetricsConnection>(*this, id, loop_, std::move(client)));
}

void MetricsServer::answer(std::uint64_t connection) {
  collect_([this, connection](const std::string& text) {
    const auto found = connections_.find(connection);
    if (found == connections_.end()) return;
    found->second->send(
        fmt::format("HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"
                    "Content-Length: {}\r\nConnection: close\r\n\r\n{}",
                    text.size(), text));
  });
}

void MetricsServer::close(std::uint64_t connection) {
  const auto found = connections_.find(connection);
  if (found == connections_.end()) return;
  found->second->close();
  loop_.retire(std::move(found->second));
  connections_.erase(found);
}

}  // namespace penstock::router
