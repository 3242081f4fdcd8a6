#include "runtime/router/upstream/drains.h"

namespace penstock::router {
namespace {

// How often requests are looked at that may have become streams since.
constexpr Milliseconds kLook{50};

}  // namespace

DrainReport& DrainReport::operator+=(const DrainReport& other) {
  finished += other.finished;
  closed += other.closed;
  cut += other.cut;
  return *this;
}

Drains::Drain::Drain(EventLoop& loop, DrainOrder what, Done then, std::function<void()> look)
    : order(std::move(what)), done(std::move(then)), began(loop.now()), timer(loop.timers(), std::move(look)) {}

Drains::Drains(EventLoop& loop, UpstreamPool& pool) : loop_(loop), pool_(pool) {
  // Later: who lets go of a connection may take another one at once.
  pool_.when_unused([this] {
    if (!drains_.empty()) look_soon();
  });
}

void Drains::begin(DrainOrder order, Done done) {
  Drain& drain = drains_.emplace_back(loop_, std::move(order), std::move(done), [this] { look(); });
  drain.waited = users(drain).size();
  look_soon();
}

void Drains::look_soon() {
  loop_.post([this] { look(); });
}

void Drains::look() {
  for (auto drain = drains_.begin(); drain != drains_.end();) {
    const auto present = drain++;
    if (!look_at(*present)) continue;
    std::list<Drain> over;
    over.splice(over.end(), drains_, present);
    over.front().done(over.front().report);
  }
}

// True when it is over.
bool Drains::look_at(Drain& drain) {
  const Milliseconds passed = loop_.now() - drain.began;
  const bool all = passed >= drain.order.requests;
  for (UpstreamUser* user : users(drain)) {
    const bool endless = user->endless();
    if (endless ? passed < drain.order.streams : !all) continue;
    ++(user->break_off() ? drain.report.closed : drain.report.cut);
  }
  if (!users(drain).empty()) {
    drain.timer.arm(kLook);
    return false;
  }
  const std::uint64_t ended = drain.report.closed + drain.report.cut;
  drain.report.finished = drain.waited > ended ? drain.waited - ended : 0;
  return true;
}

std::vector<UpstreamUser*> Drains::users(const Drain& drain) const {
  std::vector<UpstreamUser*> users;
  for (const std::string& address : drain.order.addresses) {
    for (UpstreamUser* user : pool_.users(address)) users.push_back(user);
  }
  return users;
}

}  // namespace penstock::router
