#pragma once

#include "runtime/router/loop/event_loop.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace penstock::router {

class ControlConnection;

// A unix socket on which penstockd asks, one line after the other, each answered by a line. Only root and the user we
// run as may connect.
class ControlServer final : public EventHandler {
 public:
  struct Answer {
    std::string line;
    std::vector<int> sockets;  // passed along with it
  };
  using Reply = std::function<void(const Answer&)>;
  struct Request {
    std::uint64_t connection;
    std::string line;
    Reply reply;  // to be called once, on the loop's thread, now or later
  };
  using Handle = std::function<void(const Request&)>;
  using Closed = std::function<void(std::uint64_t connection)>;

  // `socket` listens and outlives this.
  ControlServer(EventLoop& loop, int socket, Handle handle, Closed closed);
  ~ControlServer() override;

  // From now on only `connection` is heard; the others wait, and new ones in the socket.
  void hear_only(std::uint64_t connection);
  void hear_all();
  // Closes all others, and takes no more.
  void keep_only(std::uint64_t connection);
  void close(std::uint64_t connection);
  // Says something that was not asked for.
  void tell(std::uint64_t connection, const std::string& line);

  void on_events(std::uint32_t events) override;

 private:
  friend class ControlConnection;
  void accept_more(bool wanted);
  bool hears(std::uint64_t connection) const { return only_ == 0 || only_ == connection; }
  void handle(std::uint64_t connection, std::string line);

  EventLoop& loop_;
  int socket_;
  Handle handle_;
  Closed closed_;
  bool accepting_ = false;
  std::uint64_t only_ = 0;  // connection that is heard; 0: all
  std::uint64_t last_id_ = 0;
  std::unordered_map<std::uint64_t, std::unique_ptr<ControlConnection>> connections_;
};

}  // namespace penstock::router
