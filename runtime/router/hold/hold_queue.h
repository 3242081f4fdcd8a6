#pragma once

#include "runtime/router/loop/event_loop.h"
#include "runtime/router/loop/timer.h"
#include "runtime/router/table/environment.h"

#include <cstdint>
#include <list>
#include <memory>
#include <utility>

namespace penstock::router {

class HoldQueue;

// Held by a released request until its response begins: as many as there are may be with the application at once.
class ReleaseSlot {
 public:
  ReleaseSlot() = default;
  explicit ReleaseSlot(HoldQueue& queue) : queue_(&queue) {}
  ReleaseSlot(ReleaseSlot&& other) noexcept : queue_(std::exchange(other.queue_, nullptr)) {}
  ReleaseSlot& operator=(ReleaseSlot&& other) noexcept {
    std::swap(queue_, other.queue_);
    return *this;
  }
  ~ReleaseSlot() { free(); }

  void free();
  explicit operator bool() const { return queue_ != nullptr; }

 private:
  HoldQueue* queue_ = nullptr;
};

// Somebody who waits in a HoldQueue. Neither verb may be called by anyone else; each ends the wait.
class HeldRequest {
 public:
  HeldRequest() = default;
  HeldRequest(const HeldRequest&) = delete;
  HeldRequest& operator=(const HeldRequest&) = delete;
  virtual void proceed(ReleaseSlot slot) = 0;
  virtual void give_up() = 0;

 protected:
  ~HeldRequest() = default;
};

// What happened since the hold last began.
struct HoldReport {
  std::uint64_t held = 0;
  std::uint64_t released = 0;
  std::uint64_t refused = 0;
  std::uint64_t timed_out = 0;
  std::uint64_t abandoned = 0;  // the client hung up while waiting
  std::uint64_t cut = 0;        // broken off by the application while it was held
  Milliseconds longest_hold{0};
};

// The requests of one environment that wait while it is deployed. They leave in the order they came; those that come
// while others still leave go behind them. Belongs to one event loop.
class HoldQueue {
 public:
  explicit HoldQueue(EventLoop& loop);

  // Also changes the settings of a hold that is under way.
  void hold(const HoldSettings& settings);
  void release();

  enum class Verdict { Pass, Wait, RefuseMethod, RefuseFull };
  // What to do with a request now; refusals are counted.
  Verdict judge(bool idempotent, std::size_t bytes);

  struct Waiting {
    HeldRequest* request;
    std::size_t bytes;
    Milliseconds since;
  };
  using Ticket = std::list<Waiting>::iterator;
  Ticket join(HeldRequest& request, std::size_t bytes);
  // The client hung up.
  void leave(Ticket ticket);

  // The application broke off a response.
  void count_cut();

  bool idle() const { return !settings_.active && waiting_.empty() && outstanding_ == 0; }
  std::size_t size() const { return waiting_.size(); }
  const HoldReport& report() const { return report_; }

 private:
  friend class ReleaseSlot;

  HeldRequest& take_first();
  void release_some();
  void expire();
  void arm_deadline();
  void free_slot();

  EventLoop& loop_;
  HoldSettings settings_;
  std::list<Waiting> waiting_;
  std::size_t bytes_ = 0;
  std::size_t outstanding_ = 0;
  std::size_t allowed_ = 0;
  bool releasing_ = false;
  HoldReport report_;
  Timer deadline_;
  Timer pace_;
};

}  // namespace penstock::router
