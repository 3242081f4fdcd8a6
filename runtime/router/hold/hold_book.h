#pragma once

#include "runtime/router/hold/hold_queue.h"

#include <map>
#include <memory>
#include <string>
#include <unordered_map>

namespace penstock::router {

// The holds of all environments that are or were held, by environment.
using Holds = std::map<std::string, std::shared_ptr<Hold>, std::less<>>;

// What one event loop knows of them.
class HoldBook {
 public:
  explicit HoldBook(EventLoop& loop) : loop_(loop) {}

  // Those that `holds` does not have are idle.
  void adopt(const Holds& holds);
  // Null when the environment was never held.
  HoldQueue* find(const std::string& environment);

 private:
  EventLoop& loop_;
  std::unordered_map<std::string, HoldQueue> queues_;
};

}  // namespace penstock::router
