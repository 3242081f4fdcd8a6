#pragma once

#include "base/handle.h"
#include "base/synchronized.h"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <thread>

namespace penstock {

// Tells of containers whose first process or monitor ends, once each, on a thread of its own. Thread safe.
class ExitWatch {
 public:
  using Listener = std::function<void(const std::string& id)>;

  ExitWatch();
  ~ExitWatch();

  // Replaces the one before, which is not called any more once this returns. Must not be called by a listener.
  void listen(Listener listener);
  // The pidfds of both; an empty one is of a process that has ended already.
  void add(const std::string& id, Fd process, Fd monitor);
  // Nothing is told of it from here on. Fine when it is not watched.
  void drop(const std::string& id);

 private:
  struct Watched {
    std::string id;
    Fd process;
    Fd monitor;
  };
  struct State {
    std::map<std::uint64_t, Watched> containers;  // by the number that epoll knows
    std::uint64_t last_number = 0;
    bool closing = false;
  };

  void work();
  // The id of a container that has ended; it is not watched any more.
  std::string take(std::uint64_t number);

  Synchronized<State> state_;
  Synchronized<Listener> listener_;
  const Fd epoll_;
  const Fd wake_;
  std::thread thread_;
};

}  // namespace penstock
