#include "client/activity_log.h"

#include "base/clock.h"

#include <fmt/format.h>

#include <chrono>
#include <thread>

namespace penstock::client {
namespace {

constexpr std::chrono::seconds kAwayLimit{60};
constexpr std::chrono::milliseconds kRetryPause{300};

// Reads on from item `seen`, which it advances. True once the seal came.
bool read_once(const HttpClient& http, const std::string& path, std::size_t& seen,
               const std::function<void(const LogItem&)>& take) {
  bool sealed = false;
  http.get_lines(fmt::format("{}?start_at={}&max_items=0&max_delay=-1", path, seen), [&](std::string_view line) {
    if (line.empty()) return true;
    const LogItem item = LogItem::from_line(line);
    sealed = item.is_seal;
    if (sealed) return false;
    ++seen;
    take(item);
    return true;
  });
  return sealed;
}

}  // namespace

void follow_log(const HttpClient& http, const std::string& log_path, const std::function<void(const LogItem&)>& take) {
  std::size_t seen = 0;
  Stopwatch away;
  while (true) {
    const std::size_t before = seen;
    try {
      if (read_once(http, log_path, seen, take)) return;
    } catch (const ApiError&) {
      throw;
    } catch (const Error&) {
      if (away.elapsed() > kAwayLimit) throw;
    }
    if (seen != before) away = Stopwatch();
    std::this_thread::sleep_for(kRetryPause);
  }
}

}  // namespace penstock::client
