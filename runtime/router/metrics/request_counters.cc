#include "runtime/router/metrics/request_counters.h"

#include <utility>

namespace penstock::router {

RequestCounters& RequestCounters::operator+=(const RequestCounters& other) {
  for (std::size_t protocol = 0; protocol < kProtocols; ++protocol) {
    for (std::size_t digit = 0; digit < responses[protocol].size(); ++digit) {
      responses[protocol][digit] += other.responses[protocol][digit];
    }
  }
  duration += other.duration;
  request_bytes += other.request_bytes;
  response_bytes += other.response_bytes;
  upstream_failures += other.upstream_failures;
  cache_hits += other.cache_hits;
  cache_misses += other.cache_misses;
  cache_bypasses += other.cache_bypasses;
  return *this;
}

void RequestRecord::finish(Histogram::Duration now) {
  if (counters == nullptr) return;
  ++counters->responses[static_cast<std::size_t>(protocol)][static_cast<std::size_t>(status / 100) % 6];
  if (status / 100 != 1) counters->duration.add(now - began - held);  // a WebSocket takes as long as it likes
  counters->request_bytes += request_bytes;
  counters->response_bytes += response_bytes;
  counters = nullptr;
}

}  // namespace penstock::router
