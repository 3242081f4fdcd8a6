#include "runtime/router/hold/hold_book.h"

namespace penstock::router {

void HoldBook::adopt(const Holds& holds) {
  std::erase_if(queues_, [&](const auto& known) {
    const auto same = holds.find(known.first);
    return same == holds.end() || same->second != known.second.hold();
  });
  for (const auto& [environment, hold] : holds) queues_.try_emplace(environment, loop_, hold);
}

HoldQueue* HoldBook::find(const std::string& environment) {
  if (queues_.empty()) return nullptr;
  const auto found = queues_.find(environment);
  return found == queues_.end() ? nullptr : &found->second;
}

}  // namespace penstock::router
