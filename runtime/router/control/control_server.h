#pragma once

#include "runtime/router/loop/event_loop.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>

namespace penstock::router {

class ControlConnection;

// A unix socket on which penstockd asks, one line after the other, each answered by a line. Only root and the user we
// run as may connect.
class ControlServer final : public EventHandler {
 public:
  using Reply = std::function<void(std::string)>;
  // Calls `reply` once, on the loop's thread, now or later.
  using Handle = std::function<void(const std::string& line, Reply reply)>;

  // Throws SystemError, or Conflict when another router has the socket.
  ControlServer(EventLoop& loop, const std::filesystem::path& path, Handle handle);
  ~ControlServer() override;

  void on_events(std::uint32_t events) override;

 private:
  friend class ControlConnection;
  void handle(std::uint64_t connection, const std::string& line);
  void close(std::uint64_t connection);

  EventLoop& loop_;
  Fd fd_;
  Handle handle_;
  std::uint64_t last_id_ = 0;
  std::unordered_map<std::uint64_t, std::unique_ptr<ControlConnection>> connections_;
};

}  // namespace penstock::router
