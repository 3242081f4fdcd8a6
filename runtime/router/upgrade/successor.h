#pragma once

#include "base/process.h"
#include "runtime/router/loop/event_loop.h"

#include <optional>
#include <string>
#include <vector>

namespace penstock::router {

// Starts the router anew, from the program that is where ours was, to take our place. Belongs to one event loop.
class Successor final : public EventHandler {
 public:
  // `command` is the one that we were started by.
  Successor(EventLoop& loop, std::vector<std::string> command);
  ~Successor() override;

  // Does nothing while one that was started before still runs. What goes wrong is logged: we serve on.
  void start();
  void on_events(std::uint32_t events) override;

 private:
  EventLoop& loop_;
  std::vector<std::string> command_;
  std::optional<Process> process_;
};

// Tells a service manager that waits for it (systemd) that this process is the service now, and serves.
void announce_main_process();

}  // namespace penstock::router
