#pragma once

#include <condition_variable>
#include <mutex>
#include <utility>

namespace penstock {

// A value that can only be reached with its mutex held.
//   auto state = state_.lock(); state->count++;
// Slow work (I/O, waiting for a process) does not belong between lock() and the end of the guard.
template <typename T>
class Synchronized {
 public:
  template <typename... Args>
  explicit Synchronized(Args&&... args) : value_(std::forward<Args>(args)...) {}

  class Guard {
   public:
    Guard(std::mutex& mutex, T& value) : lock_(mutex), value_(value) {}
    T* operator->() { return &value_; }
    T& operator*() { return value_; }
    // For std::condition_variable.
    std::unique_lock<std::mutex>& unique_lock() { return lock_; }

   private:
    std::unique_lock<std::mutex> lock_;
    T& value_;
  };

  Guard lock() { return Guard(mutex_, value_); }

 private:
  std::mutex mutex_;
  T value_;
};

}  // namespace penstock
