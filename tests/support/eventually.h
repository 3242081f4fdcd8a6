#pragma once

#include <chrono>
#include <functional>
#include <thread>

namespace penstock::test {

// Waits for a condition that has no event to wait for. False when `limit` passed first.
inline bool eventually(const std::function<bool()>& holds, std::chrono::milliseconds limit = std::chrono::seconds(10)) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

}  // namespace penstock::test
