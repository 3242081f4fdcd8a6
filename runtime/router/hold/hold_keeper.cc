#include "runtime/router/hold/hold_keeper.h"

#include <algorithm>

namespace penstock::router {
namespace {

constexpr Milliseconds kPace{100};

bool is_held(const RouteTable& table, const std::string& id) {
  const auto environment = table.environment(id);
  return environment && environment->hold.active;
}

}  // namespace

HoldKeeper::Kept::Kept(EventLoop& loop)
    : deadline(loop.timers(),
               [this, &loop] {
                 if (const auto next = hold->expire(loop.now())) deadline.arm(std::max(*next, Milliseconds(1)));
               }),
      pace(loop.timers(), [this] {
        if (hold->quicken()) pace.arm(kPace);
      }) {}

void HoldKeeper::begin(const RouteTable& table) {
  for (const auto& environment : table.environments()) {
    if (!environment->hold.active) continue;
    Kept& kept = kept_.try_emplace(environment->id, loop_).first->second;
    kept.hold->begin(environment->hold);
    kept.pace.cancel();
    kept.deadline.arm(Milliseconds(1));
  }
  for (auto& [id, kept] : kept_) {
    if (!is_held(table, id)) kept.deadline.cancel();
  }
}

void HoldKeeper::end(const RouteTable& adopted, const RouteTable& latest) {
  for (auto entry = kept_.begin(); entry != kept_.end();) {
    auto& [id, kept] = *entry;
    if (kept.hold->active() && !is_held(adopted, id) && !is_held(latest, id)) {
      kept.hold->end();
      kept.pace.arm(kPace);
    }
    const bool gone = !adopted.environment(id) && !latest.environment(id) && kept.hold->idle();
    entry = gone ? kept_.erase(entry) : std::next(entry);
  }
}

std::shared_ptr<const Holds> HoldKeeper::holds() const {
  auto holds = std::make_shared<Holds>();
  for (const auto& [id, kept] : kept_) holds->emplace(id, kept.hold);
  return holds;
}

std::shared_ptr<Hold> HoldKeeper::find(const std::string& environment) const {
  const auto found = kept_.find(environment);
  return found == kept_.end() ? nullptr : found->second.hold;
}

}  // namespace penstock::router
