#pragma once

#include "runtime/router/access_log/access_log_entry.h"
#include "runtime/router/access_log/access_log_writer.h"
#include "runtime/router/loop/timer.h"

#include <ctime>
#include <string>
#include <unordered_map>

namespace penstock::router {

// The lines of one event loop, by environment, which go to the writer when there are enough of them or after a second.
// Belongs to the loop.
class AccessLogBuffers {
 public:
  AccessLogBuffers(TimerWheel& timers, AccessLogWriter& writer);
  // Hands over what is left.
  ~AccessLogBuffers() { flush(); }
  AccessLogBuffers(const AccessLogBuffers&) = delete;
  AccessLogBuffers& operator=(const AccessLogBuffers&) = delete;

  void add(const AccessLogEntry& entry, const AccessLogEntry::Outcome& outcome);

 private:
  void take_time();
  void flush();

  AccessLogWriter& writer_;
  std::unordered_map<std::string, AccessLogWriter::Batch> batches_;
  std::time_t second_ = 0;  // of what follows
  std::string combined_time_;
  std::string json_time_;
  Timer due_;
};

}  // namespace penstock::router
