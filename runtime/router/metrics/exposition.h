#pragma once

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

// The text format of Prometheus (version 0.0.4), of all loops and holds together.
std::string expose(const std::vector<LoopMetrics>& loops, std::uint64_t refused_connections, const Holds& holds);

}  // namespace penstock::router
