#pragma once

#include "runtime/router/loop/event_loop.h"

#include <functional>

namespace penstock::router {

// Turns SIGTERM and SIGINT into a call on the loop's thread. Make it before any other thread is started.
class Termination final : public EventHandler {
 public:
  Termination(EventLoop& loop, std::function<void()> action);
  ~Termination() override;

  void on_events(std::uint32_t events) override;

 private:
  EventLoop& loop_;
  std::function<void()> action_;
  Fd fd_;
};

}  // namespace penstock::router
