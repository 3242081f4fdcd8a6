#pragma once

#include "base/synchronized.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <stop_token>
#include <thread>
#include <vector>

namespace penstock {

// Calls `work(item, stop)` for each item, up to `limit` at a time. When one throws, the others' `stop` is requested, as
// it is when `outer` is. Returns when all have ended; throws what was thrown first.
template <typename Item, typename Work>
void in_parallel(const std::vector<Item>& items, const Work& work, const std::stop_token& outer = {},
                 std::size_t limit = 64) {
  std::stop_source stop;
  const std::stop_callback pass_on(outer, [&] { stop.request_stop(); });
  std::atomic<std::size_t> next = 0;
  Synchronized<std::exception_ptr> first;
  const auto worker = [&] {
    for (std::size_t i; (i = next++) < items.size();) {
      try {
        work(items[i], stop.get_token());
      } catch (...) {
        auto thrown = first.lock();
        if (!*thrown) *thrown = std::current_exception();
        stop.request_stop();
      }
    }
  };
  {
    std::vector<std::jthread> helpers;
    for (std::size_t i = 1; i < std::min(limit, items.size()); ++i) helpers.emplace_back(worker);
    worker();
  }
  if (*first.lock()) std::rethrow_exception(*first.lock());
}

}  // namespace penstock
