// Coarse timers (8 ms) for very many connections: arming one again for later, which every request does, costs a store.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>

namespace penstock::router {

using Milliseconds = std::chrono::milliseconds;

class TimerWheel;

// Calls `action` once, some time after arm(). Belongs to the thread of its wheel, which outlives it. The action may
// destroy the timer.
class Timer {
 public:
  Timer(TimerWheel& wheel, std::function<void()> action);
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;
  ~Timer();

  // Replaces what was armed before.
  void arm(Milliseconds delay);
  void cancel() { deadline_ = kNever; }
  bool armed() const { return deadline_ != kNever; }

 private:
  friend class TimerWheel;
  static constexpr std::int64_t kNever = -1;

  struct Link {
    Link* previous = this;
    Link* next = this;
    Timer* timer = nullptr;
    void unlink();
    void insert_before(Link& other);
  };

  TimerWheel& wheel_;
  std::function<void()> action_;
  std::int64_t deadline_ = kNever;  // tick
  std::int64_t due_ = kNever;       // tick at which the wheel looks at it; never later than deadline_
  Link link_;
};

class TimerWheel {
 public:
  explicit TimerWheel(Milliseconds now);

  // What arm() counts from until the next advance(). After a wait, before its events are handled: otherwise a timer
  // armed by them would count from before the wait. `now` never goes back.
  void set_now(Milliseconds now) { now_ = now.count(); }
  // Fires what is due. `now` never goes back.
  void advance(Milliseconds now);
  // Until advance() has something to look at; empty when nothing is armed.
  std::optional<Milliseconds> wait(Milliseconds now) const;

 private:
  friend class Timer;
  static constexpr std::int64_t kTick = 8;
  static constexpr std::int64_t kSlots = 1024;

  class SlotSet {
   public:
    void set(std::size_t slot) { words_[slot / kBits] |= mask(slot); }
    void reset(std::size_t slot) { words_[slot / kBits] &= ~mask(slot); }
    bool test(std::size_t slot) const { return (words_[slot / kBits] & mask(slot)) != 0; }
    // The first from `from` on, going round; kNone: the set is empty.
    static constexpr std::size_t kNone = kSlots;
    std::size_t next(std::size_t from) const;

   private:
    static constexpr std::size_t kBits = 64;
    static std::uint64_t mask(std::size_t slot) { return std::uint64_t{1} << (slot % kBits); }

    std::array<std::uint64_t, kSlots / kBits> words_{};
  };

  void insert(Timer& timer);
  void look_at(Timer& timer);

  std::array<Timer::Link, kSlots> slots_;
  mutable SlotSet occupied_;
  std::int64_t tick_;
  std::int64_t now_;
};

}  // namespace penstock::router
