#pragma once

#include "runtime/router/loop/event_loop.h"

#include <functional>
#include <map>

namespace penstock::router {

// Turns signals into calls on the loop's thread. Make it before any other thread is started.
class Signals final : public EventHandler {
 public:
  using Actions = std::map<int, std::function<void()>>;  // by signal

  // Throws SystemError.
  Signals(EventLoop& loop, Actions actions);
  ~Signals() override;

  void on_events(std::uint32_t events) override;

 private:
  EventLoop& loop_;
  Actions actions_;
  Fd fd_;
};

}  // namespace penstock::router
