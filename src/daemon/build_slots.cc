#include "daemon/build_slots.h"

#include "base/error.h"

namespace penstock {

BuildSlots::Slot::~Slot() {
  ++*slots_.free_.lock();
  slots_.changed_.notify_one();
}

BuildSlots::Slot BuildSlots::take(const std::stop_token& stop) {
  auto free = free_.lock();
  if (!changed_.wait(free.unique_lock(), stop, [&] { return *free > 0; })) {
    throw Cancelled("the build was cancelled while it waited for others");
  }
  --*free;
  return Slot(*this);
}

}  // namespace penstock
