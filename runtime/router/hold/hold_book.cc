#include "runtime/router/hold/hold_book.h"

namespace penstock::router {

void HoldBook::apply(const RouteTable& table) {
  for (const auto& environment : table.environments()) {
    if (!environment->hold.active) continue;
    auto& queue = queues_[environment->id];
    if (!queue) queue = std::make_unique<HoldQueue>(loop_);
    queue->hold(environment->hold);
  }
  for (auto queue = queues_.begin(); queue != queues_.end();) {
    const auto environment = table.environment(queue->first);
    if (!environment || !environment->hold.active) queue->second->release();
    queue = !environment && queue->second->idle() ? queues_.erase(queue) : std::next(queue);
  }
}

HoldQueue* HoldBook::find(const std::string& environment) {
  if (queues_.empty()) return nullptr;
  const auto found = queues_.find(environment);
  return found == queues_.end() ? nullptr : found->second.get();
}

}  // namespace penstock::router
