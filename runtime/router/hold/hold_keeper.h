#pragma once

#include "runtime/router/hold/hold_book.h"
#include "runtime/router/loop/event_loop.h"
#include "runtime/router/loop/timer.h"
#include "runtime/router/table/route_table.h"

#include <map>
#include <memory>
#include <string>

namespace penstock::router {

// Begins and ends the holds of all environments, gives up who waits too long and paces who leaves. Belongs to one event
// loop, which need not be one of those that serve.
class HoldKeeper {
 public:
  explicit HoldKeeper(EventLoop& loop) : loop_(loop) {}

  // Begins the holds of `table`. They are in force once every loop has adopted holds(). Of those that it ends nobody
  // is given up any more.
  void begin(const RouteTable& table);
  // Ends the holds that are neither in `adopted`, which every loop serves by now, nor in `latest`, which they may not
  // have heard of yet.
  void end(const RouteTable& adopted, const RouteTable& latest);

  std::shared_ptr<const Holds> holds() const;
  // Null when the environment was never held.
  std::shared_ptr<Hold> find(const std::string& environment) const;

 private:
  struct Kept {
    Kept(EventLoop& loop);

    std::shared_ptr<Hold> hold = std::make_shared<Hold>();
    Timer deadline;
    Timer pace;
  };

  EventLoop& loop_;
  std::map<std::string, Kept> kept_;
};

}  // namespace penstock::router
