#include "daemon/periodically.h"

#include "base/log.h"

#include <condition_variable>
#include <mutex>

namespace penstock {

void periodically(const std::stop_token& stop, std::chrono::seconds pause, const std::string& what,
                  const std::function<void()>& work) {
  std::mutex mutex;
  std::unique_lock lock(mutex);
  std::condition_variable_any never;
  while (!stop.stop_requested()) {
    try {
      work();
    } catch (const std::exception& error) {
      log_of("daemon")->error("cannot {}: {}", what, error.what());
    }
    never.wait_for(lock, stop, pause, [] { return false; });
  }
}

}  // namespace penstock
