#include "runtime/router/loop/timer.h"

#include <algorithm>

namespace penstock::router {

void Timer::Link::unlink() {
  previous->next = next;
  next->previous = previous;
  previous = next = this;
}

void Timer::Link::insert_before(Link& other) {
  previous = other.previous;
  next = &other;
  previous->next = this;
  other.previous = this;
}

Timer::Timer(TimerWheel& wheel, std::function<void()> action) : wheel_(wheel), action_(std::move(action)) {
  link_.timer = this;
}

Timer::~Timer() {
  link_.unlink();
}

void Timer::arm(Milliseconds delay) {
  deadline_ = (wheel_.now_ + delay.count()) / TimerWheel::kTick + 1;
  if (due_ != kNever && due_ <= deadline_) return;
  wheel_.insert(*this);
}

TimerWheel::TimerWheel(Milliseconds now) : tick_(now.count() / kTick), now_(now.count()) {}

void TimerWheel::insert(Timer& timer) {
  timer.link_.unlink();
  timer.due_ = std::clamp(timer.deadline_, tick_ + 1, tick_ + kSlots - 1);
  const auto slot = static_cast<std::size_t>(timer.due_ % kSlots);
  timer.link_.insert_before(slots_[slot]);
  occupied_.set(slot);
}

void TimerWheel::look_at(Timer& timer) {
  timer.due_ = Timer::kNever;
  if (timer.deadline_ == Timer::kNever) return;
  if (timer.deadline_ > tick_) return insert(timer);
  timer.deadline_ = Timer::kNever;
  timer.action_();
}

void TimerWheel::advance(Milliseconds now) {
  now_ = now.count();
  const std::int64_t target = now_ / kTick;
  tick_ = std::max(tick_, target - kSlots);  // after a long pause one turn of the wheel sees every timer
  while (tick_ < target) {
    ++tick_;
    const auto slot = static_cast<std::size_t>(tick_ % kSlots);
    if (!occupied_.test(slot)) continue;
    occupied_.reset(slot);
    Timer::Link due;
    due.insert_before(slots_[slot]);
    slots_[slot].unlink();
    while (due.next != &due) {
      Timer& timer = *due.next->timer;
      timer.link_.unlink();
      look_at(timer);
    }
  }
}

std::optional<Milliseconds> TimerWheel::wait(Milliseconds now) const {
  for (std::int64_t ahead = 1; ahead <= kSlots && occupied_.any(); ++ahead) {
    const auto slot = static_cast<std::size_t>((tick_ + ahead) % kSlots);
    if (!occupied_.test(slot)) continue;
    if (slots_[slot].next == &slots_[slot]) {
      occupied_.reset(slot);
      continue;
    }
    return Milliseconds(std::max<std::int64_t>(0, (tick_ + ahead) * kTick - now.count()));
  }
  return std::nullopt;
}

}  // namespace penstock::router
