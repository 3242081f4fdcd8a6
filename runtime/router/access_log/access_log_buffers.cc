#include "runtime/router/access_log/access_log_buffers.h"

#include "base/clock.h"
#include "runtime/router/http/date.h"
#include "runtime/router/table/environment.h"

#include <utility>

namespace penstock::router {
namespace {

constexpr Milliseconds kPatience{1000};
constexpr std::size_t kEnough = std::size_t{64} << 10;

}  // namespace

AccessLogBuffers::AccessLogBuffers(TimerWheel& timers, AccessLogWriter& writer)
    : writer_(writer), due_(timers, [this] { flush(); }) {}

void AccessLogBuffers::add(const AccessLogEntry& entry, const AccessLogEntry::Outcome& outcome) {
  take_time();
  const Environment& environment = entry.environment();
  AccessLogWriter::Batch& batch = batches_[environment.id];
  if (batch.lines == 0) {
    batch.environment = environment.id;
    batch.log = environment.access_log;
  }
  entry.write(outcome, combined_time_, json_time_, batch.text);
  ++batch.lines;
  if (batch.text.size() >= kEnough) return writer_.submit(std::exchange(batch, {}));
  if (!due_.armed()) due_.arm(kPatience);
}

void AccessLogBuffers::take_time() {
  const std::time_t now = std::time(nullptr);
  if (now == second_) return;
  second_ = now;
  combined_time_ = common_log_date(now);
  json_time_ = iso8601(WallTime(std::chrono::seconds(now)));
}

void AccessLogBuffers::flush() {
  for (auto& [environment, batch] : std::exchange(batches_, {})) {
    if (batch.lines > 0) writer_.submit(std::move(batch));
  }
}

}  // namespace penstock::router
