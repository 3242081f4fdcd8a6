#pragma once

#include "base/synchronized.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <thread>

namespace penstock {

// Does, one after the other on a thread of its own, what nobody should wait for. The destructor waits until all is
// done. What fails is logged. Thread safe.
class BackgroundWork {
 public:
  BackgroundWork();
  ~BackgroundWork();

  void add(std::function<void()> task);

 private:
  struct Queue {
    std::deque<std::function<void()>> tasks;
    bool closed = false;
  };

  void work();

  Synchronized<Queue> queue_;
  std::condition_variable changed_;
  std::thread thread_;
};

}  // namespace penstock
