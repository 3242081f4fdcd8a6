#include "runtime/router/hold/hold_queue.h"

#include <algorithm>

namespace penstock::router {
namespace {

// So many released requests may wait for the application's answer at once…
constexpr std::size_t kAtOnce = 32;
// …and so many more are let through every kPace, because some answers take for ever.
constexpr std::size_t kMorePerPace = 16;
constexpr Milliseconds kPace{100};

}  // namespace

void ReleaseSlot::free() {
  if (HoldQueue* queue = std::exchange(queue_, nullptr)) queue->free_slot();
}

HoldQueue::HoldQueue(EventLoop& loop)
    : loop_(loop), deadline_(loop.timers(), [this] { expire(); }), pace_(loop.timers(), [this] {
        allowed_ += kMorePerPace;
        release_some();
      }) {}

void HoldQueue::hold(const HoldSettings& settings) {
  if (!settings_.active) report_ = {};
  settings_ = settings;
  settings_.active = true;
  pace_.cancel();
  arm_deadline();
}

void HoldQueue::release() {
  if (!settings_.active) return;
  settings_.active = false;
  allowed_ = kAtOnce;
  release_some();
}

HoldQueue::Verdict HoldQueue::judge(bool idempotent, std::size_t bytes) {
  const bool holding = settings_.active;
  if (!holding && waiting_.empty()) return Verdict::Pass;
  const bool may_wait = idempotent || settings_.all;
  const bool fits = waiting_.size() < settings_.max_requests && bytes_ + bytes <= settings_.max_bytes;
  if (may_wait && fits) return Verdict::Wait;
  if (!holding) return Verdict::Pass;
  ++report_.refused;
  return may_wait ? Verdict::RefuseFull : Verdict::RefuseMethod;
}

HoldQueue::Ticket HoldQueue::join(HeldRequest& request, std::size_t bytes) {
  ++report_.held;
  bytes_ += bytes;
  const auto ticket = waiting_.insert(waiting_.end(), {&request, bytes, loop_.now()});
  if (waiting_.size() == 1) arm_deadline();
  return ticket;
}

void HoldQueue::leave(Ticket ticket) {
  ++report_.abandoned;
  bytes_ -= ticket->bytes;
  waiting_.erase(ticket);
}

void HoldQueue::count_cut() {
  if (!idle()) ++report_.cut;
}

HeldRequest& HoldQueue::take_first() {
  const Waiting first = waiting_.front();
  waiting_.pop_front();
  bytes_ -= first.bytes;
  report_.longest_hold = std::max(report_.longest_hold, loop_.now() - first.since);
  return *first.request;
}

void HoldQueue::release_some() {
  if (releasing_) return;
  releasing_ = true;
  while (!settings_.active && !waiting_.empty() && outstanding_ < allowed_) {
    ++outstanding_;
    ++report_.released;
    take_first().proceed(ReleaseSlot(*this));
  }
  releasing_ = false;
  if (!settings_.active && !waiting_.empty()) pace_.arm(kPace);
}

void HoldQueue::free_slot() {
  --outstanding_;
  if (!settings_.active && !waiting_.empty()) release_some();
}

void HoldQueue::expire() {
  while (!waiting_.empty() && loop_.now() - waiting_.front().since >= settings_.timeout) {
    ++report_.timed_out;
    take_first().give_up();
  }
  arm_deadline();
}

void HoldQueue::arm_deadline() {
  if (waiting_.empty()) return deadline_.cancel();
  const auto left = waiting_.front().since + settings_.timeout - loop_.now();
  deadline_.arm(std::max(Milliseconds(1), std::chrono::duration_cast<Milliseconds>(left)));
}

}  // namespace penstock::router
