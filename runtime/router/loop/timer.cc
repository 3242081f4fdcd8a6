#include "runtime/router/loop/timer.h"

#include <algorithm>
#include <bit>

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

std::size_t TimerWheel::SlotSet::next(std::size_t from) const {
  const std::size_t start = from / kBits;
  for (std::size_t i = 0; i <= words_.size(); ++i) {
    const std::size_t word = (start + i) % words_.size();
    std::uint64_t bits = words_[word];
    if (i == 0) bits &= ~std::uint64_t{0} << (from % kBits);
    if (bits != 0) return word * kBits + static_cast<std::size_t>(std::countr_zero(bits));
  }
  return kNone;
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
  const auto first = static_cast<std::size_t>((tick_ + 1) % kSlots);
  for (std::size_t slot = occupied_.next(first); slot != SlotSet::kNone; slot = occupied_.next(first)) {
    if (slots_[slot].next == &slots_[slot]) {
      occupied_.reset(slot);
      continue;
    }
    const std::int64_t ahead = static_cast<std::int64_t>((slot - first) % SlotSet::kNone) + 1;
    return Milliseconds(std::max<std::int64_t>(0, (tick_ + ahead) * kTick - now.count()));
  }
  return std::nullopt;
}

}  // namespace penstock::router
