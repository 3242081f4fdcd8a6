#include "runtime/router/control/control_server.h"

#include "base/error.h"
#include "base/log.h"
#include "base/unix_socket.h"
#include "runtime/router/loop/stream.h"

#include <fcntl.h>
#include <sys/socket.h>

namespace penstock::router {
namespace {

constexpr std::size_t kLongestLine = std::size_t{64} << 20;

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

  void reply(const std::string& line) {
    busy_ = false;
    stream_.send(line + "\n");
    if (!handling_) handle_lines();
  }

  void close() { stream_.close(); }

 private:
  void receive() {
    const Stream::Received received = stream_.receive(loop_.scratch());
    if (received.ended || received_.size() + received.bytes.size() > kLongestLine) return server_.close(id_);
    received_.append(received.bytes);
    if (!busy_) handle_lines();
  }

  // One after the other; the answer to one may come later.
  void handle_lines() {
    handling_ = true;
    while (!busy_ && !stream_.broken()) {
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

  ControlServer& server_;
  const std::uint64_t id_;
  EventLoop& loop_;
  std::string received_;
  std::size_t searched_ = 0;
  bool busy_ = false;      // an answer is to come
  bool handling_ = false;  // handle_lines() is at work
  Stream stream_;
};

ControlServer::ControlServer(EventLoop& loop, const std::filesystem::path& path, Handle handle)
    : loop_(loop), fd_(listen_unix(path)), handle_(std::move(handle)) {
  ::fcntl(fd_.get(), F_SETFL, O_NONBLOCK);
  loop_.add(fd_.get(), EPOLLIN, *this);
}

ControlServer::~ControlServer() {
  if (fd_) loop_.remove(fd_.get());
}

void ControlServer::on_events(std::uint32_t /*events*/) {
  Fd client(::accept4(fd_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!client) return;
  if (!may_connect(client.get())) {
    log_of("router")->warn("refused a control connection of uid={}", peer_uid(client.get()));
    return;
  }
  const std::uint64_t id = ++last_id_;
  connections_.emplace(id, std::make_unique<ControlConnection>(*this, id, loop_, std::move(client)));
}

void ControlServer::handle(std::uint64_t connection, const std::string& line) {
  handle_(line, [this, connection](const std::string& reply) {
    const auto found = connections_.find(connection);
    if (found != connections_.end()) found->second->reply(reply);
  });
}

void ControlServer::close(std::uint64_t connection) {
  const auto found = connections_.find(connection);
  if (found == connections_.end()) return;
  found->second->close();
  loop_.retire(std::move(found->second));
  connections_.erase(found);
}

}  // namespace penstock::router
