#pragma once

#include "runtime/router/hold/hold_queue.h"
#include "runtime/router/table/route_table.h"

#include <memory>
#include <string>
#include <unordered_map>

namespace penstock::router {

// The hold queues of all environments that are or were held.
class HoldBook {
 public:
  explicit HoldBook(EventLoop& loop) : loop_(loop) {}

  // Begins and ends holds as `table` says; environments that it does not have are released.
  void apply(const RouteTable& table);
  // Null when the environment was never held.
  HoldQueue* find(const std::string& environment);

 private:
  EventLoop& loop_;
  std::unordered_map<std::string, std::unique_ptr<HoldQueue>> queues_;
};

}  // namespace penstock::router
