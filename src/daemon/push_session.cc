#include "daemon/push_session.h"

#include "base/error.h"

namespace penstock {

void PushSession::decide(Verdict verdict) {
  auto state = state_.lock();
  if (state->verdict == Verdict::Undecided) state->verdict = verdict;
  changed_.notify_all();
}

PushSession::Fate PushSession::wait_for_fate(const std::stop_token& stop) {
  const std::stop_callback wake(stop, [this] {
    const auto state = state_.lock();
    changed_.notify_all();
  });
  auto state = state_.lock();
  changed_.wait(state.unique_lock(), [&] { return state->fate != Fate::Unknown || stop.stop_requested(); });
  if (state->fate == Fate::Unknown) throw Cancelled("the push was stopped");
  return state->fate;
}

void PushSession::end() {
  auto state = state_.lock();
  if (state->verdict == Verdict::Undecided) state->verdict = Verdict::Reject;
  state->ended = true;
  changed_.notify_all();
}

PushSession::Verdict PushSession::wait_for_verdict() {
  auto state = state_.lock();
  changed_.wait(state.unique_lock(), [&] { return state->verdict != Verdict::Undecided; });
  return state->verdict;
}

void PushSession::settle(Fate fate) {
  auto state = state_.lock();
  if (state->fate == Fate::Unknown) state->fate = fate;
  changed_.notify_all();
}

void PushSession::wait_for_end() {
  auto state = state_.lock();
  changed_.wait(state.unique_lock(), [&] { return state->ended; });
}

}  // namespace penstock
