#pragma once

#include "base/handle.h"
#include "runtime/router/loop/connection_limits.h"
#include "runtime/router/loop/event_loop.h"
#include "runtime/router/loop/timer.h"

#include <functional>
#include <string>

namespace penstock::router {

// Takes the connections of a listening socket.
class Listener final : public EventHandler {
 public:
  using Accept = std::function<void(Fd client, Caller caller)>;

  // `socket` does not block; it and `limits`, by which some are refused, outlive this. Nothing is taken before open(),
  // which, as everything else, is for the loop's thread.
  Listener(EventLoop& loop, int socket, ConnectionLimits& limits, Accept accept);
  ~Listener() override;

  // Starts to take connections.
  void open();
  // Takes no more: they wait in the socket.
  void pause();

  void on_events(std::uint32_t events) override;

 private:
  EventLoop& loop_;
  int socket_;
  ConnectionLimits& limits_;
  Accept accept_;
  bool open_ = false;
  Timer later_;  // out of file descriptors: later there may be some
};

}  // namespace penstock::router
