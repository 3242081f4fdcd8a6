#pragma once

#include "base/synchronized.h"
#include "runtime/router/hold/held_request.h"
#include "runtime/router/loop/event_loop.h"
#include "runtime/router/metrics/histogram.h"
#include "runtime/router/table/environment.h"

#include <atomic>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>

namespace penstock::router {

// What happened since the hold last began.
struct HoldReport {
  std::uint64_t held = 0;
  std::uint64_t released = 0;
  std::uint64_t refused = 0;
  std::uint64_t timed_out = 0;
  std::uint64_t abandoned = 0;  // the client hung up while waiting
  std::uint64_t cut = 0;        // broken off by the application while it was held
  Milliseconds longest_hold{0};
  std::uint64_t waiting = 0;  // now

  HoldReport& operator+=(const HoldReport& other);
};

// The requests of one environment that wait while it is deployed, of all event loops. They leave in the order they
// came; those that come while others still leave go behind them. Its bounds are of all loops together.
//
// Thread safe. A request that nobody holds costs the read of one flag.
class Hold : public std::enable_shared_from_this<Hold> {
 public:
  // Also changes the settings of a hold that is under way.
  void begin(const HoldSettings& settings);
  void end();

  enum class Verdict { Pass, Wait, RefuseMethod, RefuseFull };
  // What to do with a request now; refusals are counted.
  Verdict judge(bool idempotent, std::size_t bytes);

  struct Waiting;
  using Ticket = std::shared_ptr<Waiting>;
  // Waits. `loop` is the caller's and outlives this.
  Ticket join(EventLoop& loop, HeldRequest& request, std::size_t bytes);
  // The client hung up. On the loop that it joined with.
  void leave(const Ticket& ticket);

  // The application broke off a response.
  void count_cut();

  // Gives up those whose time is over. Returns when to look again, counted from `now`; nothing when there is no hold.
  std::optional<Milliseconds> expire(Milliseconds now);
  // Releases some more, because some answers take for ever. False: nobody is left to be released.
  bool quicken();

  bool active() const;
  // No hold, nobody waits, nobody is on its way out.
  bool idle() const;
  HoldReport report() const;
  // The same since the process began, and how long those waited who are no longer held.
  HoldReport totals() const;
  Histogram durations() const;
  // Counts what happened in another process.
  void add(const HoldReport& report);

 private:
  friend class ReleaseSlot;

  enum class Outcome : std::uint8_t { Proceed, GiveUp };
  struct State {
    HoldSettings settings;
    std::list<Ticket> waiting;
    std::size_t bytes = 0;
    std::size_t leaving = 0;      // told, on another loop perhaps, but not yet gone
    std::size_t outstanding = 0;  // ReleaseSlots, also those about to be made
    std::size_t allowed = 0;
    HoldReport report;
    HoldReport before;  // what earlier holds came to
    Histogram durations;
  };

  void release_some(State& state);
  void send_off(State& state, Outcome outcome);
  void deliver(const Ticket& ticket, Outcome outcome);
  void free_slot();
  void note_calm(const State& state);

  mutable Synchronized<State> state_;
  std::atomic<bool> calm_ = true;  // every request passes
};

}  // namespace penstock::router
