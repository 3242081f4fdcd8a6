#include "runtime/router/control/control_server.h"

#include "base/error.h"
#include "base/log.h"
#include "base/unix_socket.h"
#include "runtime/router/loop/stream.h"

#include <sys/socket.h>

#include <algorithm>
#include <utility>

namespace penstock::router {
namespace {

constexpr std::size_t kLongestLine = std::size_t{64} << 20;
constexpr std::size_t kMostPerBatch = 250;  // sockets in one message

bool may_connect(int socket) {
  const uid_t uid = peer_uid(socket);
  return uid == 0 || uid == ::geteuid();
}

}  // namespace

class ControlConnection final : public EventHandler {
 public:
  ControlConnection(ControlServer& server, std::uint64_t id, EventLoop& loop, Fd fd)
      : server_(server), id_(id), loop_(loop), stream_(loop, std::move(fd), *this) {}

  void on_events(std::uint32_t events) override {
    if (!stream_.open()) return;
    if ((events & EPOLLOUT) != 0) stream_.flush();
    if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) receive();
  }

  void reply(const ControlServer::Answer& answer) {
    busy_ = false;
    if (!pass(answer.sockets)) return server_.close(id_);
    tell(answer.line);
    if (!handling_) handle_lines();
  }

  void tell(const std::string& line) { stream_.send(line + "\n"); }
  void close() { stream_.close(); }

  // One after the other; the answer to one may come later.
  void handle_lines() {
    handling_ = true;
    while (!busy_ && !stream_.broken() && server_.hears(id_)) {
      const std::size_t end = received_.find('\n', searched_);
      searched_ = end == std::string::npos ? received_.size() : 0;
      if (end == std::string::npos) break;
      const std::string line = received_.substr(0, end);
      received_.erase(0, end + 1);
      busy_ = true;
      server_.handle(id_, line);
    }
    handling_ = false;
    if (stream_.broken()) return server_.close(id_);
    stream_.watch_input(!busy_);
  }

 private:
  // Each batch comes with a blank before the answer.
  bool pass(std::span<const int> sockets) const {
    try {
      while (!sockets.empty()) {
        const auto batch = sockets.first(std::min(sockets.size(), kMostPerBatch));
        send_with_fds(stream_.fd(), " ", batch);
        sockets = sockets.subspan(batch.size());
      }
      return true;
    } catch (const SystemError& error) {
      log_of("router")->error("{}", error.what());
      return false;
    }
  }

  void receive() {
    const Stream::Received received = stream_.receive(loop_.scratch());
    if (received.ended || received_.size() + received.bytes.size() > kLongestLine) return server_.close(id_);
    received_.append(received.bytes);
    if (!busy_) handle_lines();
  }

  ControlServer& server_;
  const std::uint64_t id_;
  EventLoop& loop_;
  std::string received_;
  std::size_t searched_ = 0;
  bool busy_ = false;      // an answer is to come
  bool handling_ = false;  // handle_lines() is at work
  Stream stream_;
};

ControlServer::ControlServer(EventLoop& loop, int socket, Handle handle, Closed closed)
    : loop_(loop), socket_(socket), handle_(std::move(handle)), closed_(std::move(closed)) {
  accept_more(true);
}

ControlServer::~ControlServer() {
  accept_more(false);
}

void ControlServer::accept_more(bool wanted) {
  if (wanted == accepting_) return;
  accepting_ = wanted;
  if (accepting_) {
    loop_.add(socket_, EPOLLIN, *this);
  } else {
    loop_.remove(socket_);
  }
}

void ControlServer::on_events(std::uint32_t /*events*/) {
  Fd client(::accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!client) return;
  if (!may_connect(client.get())) {
    log_of("router")->warn("refused a control connection of uid={}", peer_uid(client.get()));
    return;
  }
  const std::uint64_t id = ++last_id_;
  connections_.emplace(id, std::make_unique<ControlConnection>(*this, id, loop_, std::move(client)));
}

void ControlServer::handle(std::uint64_t connection, std::string line) {
  handle_({.connection = connection, .line = std::move(line), .reply = [this, connection](const Answer& answer) {
             const auto found = connections_.find(connection);
             if (found != connections_.end()) found->second->reply(answer);
           }});
}

void ControlServer::hear_only(std::uint64_t connection) {
  only_ = connection;
  accept_more(false);
}

void ControlServer::hear_all() {
  only_ = 0;
  accept_more(true);
  std::vector<std::uint64_t> ids;
  for (const auto& [id, connection] : connections_) ids.push_back(id);
  for (const std::uint64_t id : ids) {
    const auto found = connections_.find(id);
    if (found != connections_.end()) found->second->handle_lines();
  }
}

void ControlServer::keep_only(std::uint64_t connection) {
  accept_more(false);
  std::vector<std::uint64_t> others;
  for (const auto& [id, each] : connections_) {
    if (id != connection) others.push_back(id);
  }
  for (const std::uint64_t id : others) close(id);
}

void ControlServer::tell(std::uint64_t connection, const std::string& line) {
  const auto found = connections_.find(connection);
  if (found != connections_.end()) found->second->tell(line);
}

void ControlServer::close(std::uint64_t connection) {
  const auto found = connections_.find(connection);
  if (found == connections_.end()) return;
  found->second->close();
  loop_.retire(std::move(found->second));
  connections_.erase(found);
  closed_(connection);
}

}  // namespace penstock::router
