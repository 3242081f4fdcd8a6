#include "runtime/router/hold/hold.h"

#include <algorithm>

namespace penstock::router {
namespace {

// So many released requests may wait for the application's answer at once…
constexpr std::size_t kAtOnce = 32;
// …and so many more at each quicken().
constexpr std::size_t kMoreAtOnce = 16;

}  // namespace

struct Hold::Waiting {
  EventLoop* loop;
  HeldRequest* request;  // for the loop's thread alone; null once it left
  std::size_t bytes;
  Milliseconds since;
  bool listed = true;  // in State::waiting, at `place`
  std::list<Ticket>::iterator place{};
};

HoldReport& HoldReport::operator+=(const HoldReport& other) {
  held += other.held;
  released += other.released;
  refused += other.refused;
  timed_out += other.timed_out;
  abandoned += other.abandoned;
  cut += other.cut;
  longest_hold = std::max(longest_hold, other.longest_hold);
  waiting += other.waiting;
  return *this;
}

void ReleaseSlot::free() {
  if (const auto hold = std::exchange(hold_, nullptr)) hold->free_slot();
}

void Hold::note_calm(const State& state) {
  calm_.store(!state.settings.active && state.waiting.empty(), std::memory_order_release);
}

void Hold::begin(const HoldSettings& settings) {
  auto state = state_.lock();
  if (!state->settings.active) state->before += std::exchange(state->report, {});
  state->settings = settings;
  state->settings.active = true;
  note_calm(*state);
}

void Hold::end() {
  auto state = state_.lock();
  if (!state->settings.active) return;
  state->settings.active = false;
  state->allowed = kAtOnce;
  release_some(*state);
}

Hold::Verdict Hold::judge(bool idempotent, std::size_t bytes) {
  if (calm_.load(std::memory_order_acquire)) return Verdict::Pass;
  auto state = state_.lock();
  const bool holding = state->settings.active;
  if (!holding && state->waiting.empty()) return Verdict::Pass;
  const bool may_wait = idempotent || state->settings.all;
  const bool fits =
      state->waiting.size() < state->settings.max_requests && state->bytes + bytes <= state->settings.max_bytes;
  if (may_wait && fits) return Verdict::Wait;
  if (!holding) return Verdict::Pass;
  ++state->report.refused;
  return may_wait ? Verdict::RefuseFull : Verdict::RefuseMethod;
}

Hold::Ticket Hold::join(EventLoop& loop, HeldRequest& request, std::size_t bytes) {
  auto ticket =
      std::make_shared<Waiting>(Waiting{.loop = &loop, .request = &request, .bytes = bytes, .since = loop.now()});
  auto state = state_.lock();
  ++state->report.held;
  state->bytes += bytes;
  ticket->place = state->waiting.insert(state->waiting.end(), ticket);
  if (!state->settings.active) {  // ended since the request was judged: nobody may come to pace the last ones
    state->allowed = std::max(state->allowed, state->outstanding + 1);
    release_some(*state);
  }
  note_calm(*state);
  return ticket;
}

void Hold::leave(const Ticket& ticket) {
  ticket->request = nullptr;
  auto state = state_.lock();
  ++state->report.abandoned;
  if (!std::exchange(ticket->listed, false)) return;
  state->bytes -= ticket->bytes;
  state->waiting.erase(ticket->place);
  note_calm(*state);
}

void Hold::count_cut() {
  auto state = state_.lock();
  if (state->settings.active || !state->waiting.empty() || state->outstanding > 0) ++state->report.cut;
}

void Hold::send_off(State& state, Outcome outcome) {
  const Ticket first = std::move(state.waiting.front());
  state.waiting.pop_front();
  state.bytes -= first->bytes;
  first->listed = false;
  ++state.leaving;
  first->loop->post([self = shared_from_this(), first, outcome] { self->deliver(first, outcome); });
}

void Hold::deliver(const Ticket& ticket, Outcome outcome) {
  HeldRequest* const request = std::exchange(ticket->request, nullptr);
  {
    auto state = state_.lock();
    --state->leaving;
    if (request != nullptr) {
      ++(outcome == Outcome::Proceed ? state->report.released : state->report.timed_out);
      const Milliseconds waited = ticket->loop->now() - ticket->since;
      state->report.longest_hold = std::max(state->report.longest_hold, waited);
      state->durations.add(waited);
    }
  }
  if (outcome == Outcome::GiveUp) {
    if (request != nullptr) request->give_up();
    return;
  }
  ReleaseSlot slot(shared_from_this());
  if (request != nullptr) request->proceed(std::move(slot));
}

void Hold::release_some(State& state) {
  while (!state.settings.active && !state.waiting.empty() && state.outstanding < state.allowed) {
    ++state.outstanding;
    send_off(state, Outcome::Proceed);
  }
  note_calm(state);
}

void Hold::free_slot() {
  auto state = state_.lock();
  --state->outstanding;
  release_some(*state);
}

bool Hold::quicken() {
  auto state = state_.lock();
  if (state->settings.active || state->waiting.empty()) return false;
  state->allowed += kMoreAtOnce;
  release_some(*state);
  return true;
}

std::optional<Milliseconds> Hold::expire(Milliseconds now) {
  auto state = state_.lock();
  const Milliseconds timeout = state->settings.timeout;
  while (!state->waiting.empty() && now - state->waiting.front()->since >= timeout) {
    send_off(*state, Outcome::GiveUp);
  }
  note_calm(*state);
  if (!state->waiting.empty()) return state->waiting.front()->since + timeout - now;
  return state->settings.active ? std::optional(timeout) : std::nullopt;
}

bool Hold::active() const {
  return state_.lock()->settings.active;
}

bool Hold::idle() const {
  auto state = state_.lock();
  return !state->settings.active && state->waiting.empty() && state->leaving == 0 && state->outstanding == 0;
}

HoldReport Hold::report() const {
  auto state = state_.lock();
  HoldReport report = state->report;
  report.waiting += state->waiting.size();
  return report;
}

HoldReport Hold::totals() const {
  auto state = state_.lock();
  HoldReport totals = state->before;
  totals += state->report;
  return totals;
}

Histogram Hold::durations() const {
  return state_.lock()->durations;
}

void Hold::add(const HoldReport& report) {
  state_.lock()->report += report;
}

}  // namespace penstock::router
