#pragma once

#include "runtime/router/access_log/access_log_writer.h"
#include "runtime/router/hold/hold_book.h"
#include "runtime/router/metrics/request_counters.h"
#include "runtime/router/worker.h"

#include <string>
#include <vector>

namespace penstock::router {

// What one event loop has counted.
struct LoopMetrics {
  Statistics statistics;
  CountersByEnvironment requests;
  std::chrono::nanoseconds busy{0};
};

// What they count together.
struct CommonMetrics {
  std::uint64_t refused_connections = 0;
  AccessLogWriter::Counts dropped_log_lines;
};

// The text format of Prometheus (version 0.0.4), of all loops and holds together.
std::string expose(const std::vector<LoopMetrics>& loops, const CommonMetrics& common, const Holds& holds);

}  // namespace penstock::router
