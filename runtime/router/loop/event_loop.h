// One thread's events: file descriptors, timers and what other threads ask of it. A router with a loop per core makes
// several; they share immutable route tables and the Holds.
#pragma once

#include "base/handle.h"
#include "base/synchronized.h"
#include "runtime/router/loop/timer.h"

#include <sys/epoll.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace penstock::router {

// What an event at hand may still lead to when it is no longer needed: see EventLoop::retire().
class Retirable {
 public:
  Retirable() = default;
  Retirable(const Retirable&) = delete;
  Retirable& operator=(const Retirable&) = delete;
  virtual ~Retirable() = default;
};

class EventHandler : public Retirable {
 public:
  // `events` of epoll, level-triggered.
  virtual void on_events(std::uint32_t events) = 0;
};

// Has something to do once all events of a round are handled, such as to send at once what they led to.
class RoundEndHandler {
 public:
  virtual void on_round_end() = 0;

 protected:
  ~RoundEndHandler() = default;
};

// All members are for the loop's own thread, but for post() and stop().
class EventLoop {
 public:
  EventLoop();

  // Throws SystemError.
  void add(int fd, std::uint32_t events, EventHandler& handler);
  // For connections, of which there may be too many: false when the kernel refuses.
  bool try_add(int fd, std::uint32_t events, EventHandler& handler) noexcept;
  bool modify(int fd, std::uint32_t events, EventHandler& handler) noexcept;
  void remove(int fd);

  // Calls `handler` once, before the loop waits again.
  void at_round_end(RoundEndHandler& handler) { round_ends_.push_back(&handler); }
  void forget(RoundEndHandler& handler);

  // Destroys `object` once the events already taken from the kernel are handled: they may still name it, and it may be
  // what is executing.
  void retire(std::unique_ptr<Retirable> object);
  // Destroys what was retired. run() does so between rounds.
  void collect();
  // Runs `task` on the loop's thread, after the events at hand.
  void post(std::function<void()> task);

  // Returns after stop().
  void run();
  void stop();

  TimerWheel& timers() { return timers_; }
  // Taken once per round of events; steady.
  Milliseconds now() const { return now_; }
  // How long the loop has waited for something to do.
  std::chrono::nanoseconds idle() const { return idle_; }
  // What everybody reads sockets into. Its content is good until the next read of anyone.
  std::span<char> scratch() { return scratch_; }

 private:
  struct Inbox {
    std::vector<std::function<void()>> tasks;
    bool stop = false;
  };

  bool control(int operation, int fd, std::uint32_t events, EventHandler& handler) noexcept;
  void wake() const;
  void wait_and_handle();
  void end_round();
  bool run_tasks();

  Fd epoll_;
  Fd wake_;
  Milliseconds now_;
  std::chrono::nanoseconds idle_{0};
  TimerWheel timers_;
  std::vector<char> scratch_;
  std::vector<RoundEndHandler*> round_ends_;
  std::vector<RoundEndHandler*> ending_;  // those being called
  std::vector<std::unique_ptr<Retirable>> retired_;
  std::vector<std::unique_ptr<Retirable>> collecting_;  // what collect() destroys, which may retire more
  Synchronized<Inbox> inbox_;
};

}  // namespace penstock::router
