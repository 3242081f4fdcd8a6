#include "runtime/router/metrics/exposition.h"

#include <fmt/format.h>

#include <unistd.h>

#include <array>
#include <fstream>
#include <map>
#include <utility>

namespace penstock::router {
namespace {

constexpr std::array<const char*, kProtocols> kProtocolNames{"1.0", "1.1", "2"};
constexpr std::array<const char*, 6> kClassNames{"none", "1xx", "2xx", "3xx", "4xx", "5xx"};

double seconds(std::chrono::nanoseconds duration) {
  return std::chrono::duration<double>(duration).count();
}

// Environment ids have no character that would need to be escaped.
std::string of_environment(const std::string& id) {
  return fmt::format("environment=\"{}\"", id);
}

class Page {
 public:
  void metric(const char* name, const char* type, const char* help) {
    name_ = name;
    text_ += fmt::format("# HELP penstock_router_{} {}\n# TYPE penstock_router_{} {}\n", name, help, name, type);
  }
  template <typename Value>
  void value(const std::string& labels, Value value, const char* suffix = "") {
    text_ += fmt::format("penstock_router_{}{}{} {}\n", name_, suffix, labels.empty() ? "" : "{" + labels + "}", value);
  }
  void histogram(const std::string& labels, const Histogram& histogram) {
    std::uint64_t count = 0;
    for (std::size_t i = 0; i < Histogram::kBounds.size(); ++i) {
      count += histogram.counts()[i];
      value(fmt::format("{},le=\"{}\"", labels, seconds(Histogram::kBounds[i])), count, "_bucket");
    }
    count += histogram.counts().back();
    value(labels + ",le=\"+Inf\"", count, "_bucket");
    value(labels, seconds(histogram.sum()), "_sum");
    value(labels, count, "_count");
  }
  std::string take() { return std::move(text_); }

 private:
  const char* name_ = "";
  std::string text_;
};

std::uint64_t resident_bytes() {
  std::uint64_t total = 0;
  std::uint64_t resident = 0;
  std::ifstream("/proc/self/statm") >> total >> resident;
  return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

using SortedCounters = std::map<std::string, RequestCounters>;

void expose_requests(Page& page, const SortedCounters& environments) {
  page.metric("requests_total", "counter", "Requests, by the class of the response's status.");
  for (const auto& [id, counters] : environments) {
    for (std::size_t protocol = 0; protocol < kProtocols; ++protocol) {
      for (std::size_t digit = 0; digit < kClassNames.size(); ++digit) {
        const std::uint64_t count = counters.responses[protocol][digit];
        if (count == 0) continue;
        page.value(fmt::format("{},protocol=\"{}\",status=\"{}\"", of_environment(id), kProtocolNames[protocol],
                               kClassNames[digit]),
                   count);
      }
    }
  }
  page.metric("request_duration_seconds", "histogram", "From a request's head to its response's end, without holds.");
  for (const auto& [id, counters] : environments) page.histogram(of_environment(id), counters.duration);
  page.metric("request_bytes_total", "counter", "Bytes of requests' bodies.");
  for (const auto& [id, counters] : environments) page.value(of_environment(id), counters.request_bytes);
  page.metric("response_bytes_total", "counter", "Bytes of responses' bodies.");
  for (const auto& [id, counters] : environments) page.value(of_environment(id), counters.response_bytes);
  page.metric("upstream_failures_total", "counter", "Requests that an application did not answer properly.");
  for (const auto& [id, counters] : environments) page.value(of_environment(id), counters.upstream_failures);
}

void expose_cache(Page& page, const SortedCounters& environments) {
  page.metric("cache_requests_total", "counter", "Requests to routes with a cache, by what it did.");
  for (const auto& [id, counters] : environments) {
    const auto value = [&, &name = id](const char* result, std::uint64_t count) {
      if (count > 0) page.value(fmt::format("{},result=\"{}\"", of_environment(name), result), count);
    };
    value("hit", counters.cache_hits);
    value("miss", counters.cache_misses);
    value("bypass", counters.cache_bypasses);
  }
}

void expose_holds(Page& page, const Holds& holds) {
  struct Counter {
    const char* name;
    const char* help;
    std::uint64_t HoldReport::*value;
  };
  static constexpr std::array<Counter, 6> kCounters{{
      {"held_requests_total", "Requests that waited for a deploy.", &HoldReport::held},
      {"released_requests_total", "Held requests that went on.", &HoldReport::released},
      {"refused_requests_total", "Requests refused during a hold.", &HoldReport::refused},
      {"timed_out_requests_total", "Held requests that waited too long.", &HoldReport::timed_out},
      {"abandoned_requests_total", "Held requests whose client hung up.", &HoldReport::abandoned},
      {"cut_requests_total", "Responses broken off by the application during a hold.", &HoldReport::cut},
  }};
  for (const Counter& counter : kCounters) {
    page.metric(counter.name, "counter", counter.help);
    for (const auto& [id, hold] : holds) page.value(of_environment(id), hold->totals().*counter.value);
  }
  page.metric("waiting_requests", "gauge", "Requests held at present.");
  for (const auto& [id, hold] : holds) page.value(of_environment(id), hold->report().waiting);
  page.metric("hold_duration_seconds", "histogram", "For how long requests were held.");
  for (const auto& [id, hold] : holds) page.histogram(of_environment(id), hold->durations());
}

}  // namespace

std::string expose(const std::vector<LoopMetrics>& loops, const CommonMetrics& common, const Holds& holds) {
  SortedCounters environments;
  Statistics statistics;
  for (const LoopMetrics& loop : loops) {
    for (const auto& [id, counters] : loop.requests) environments[id] += counters;
    statistics += loop.statistics;
  }
  Page page;
  expose_requests(page, environments);
  expose_cache(page, environments);
  expose_holds(page, holds);
  page.metric("open_connections", "gauge", "Clients that are connected.");
  page.value("", statistics.open_connections);
  page.metric("connections_total", "counter", "Clients that connected.");
  page.value("", statistics.connections);
  page.metric("tls_handshakes_total", "counter", "Handshakes of clients, by how they ended.");
  page.value("result=\"established\"", statistics.tls_connections);
  page.value("result=\"failed\"", statistics.failed_handshakes);
  page.metric("refused_connections_total", "counter", "Clients over the limits of connections.");
  page.value("", common.refused_connections);
  page.metric("access_log_dropped_lines_total", "counter", "Lines of access logs that could not be written.");
  for (const auto& [id, lines] : common.dropped_log_lines) page.value(of_environment(id), lines);
  page.metric("loop_busy_seconds_total", "counter", "For how long an event loop had something to do.");
  for (std::size_t i = 0; i < loops.size(); ++i) page.value(fmt::format("loop=\"{}\"", i), seconds(loops[i].busy));
  page.metric("resident_memory_bytes", "gauge", "Memory of the process.");
  page.value("", resident_bytes());
  page.metric("build_info", "gauge", "Always 1; the version is in the label.");
  page.value(fmt::format("version=\"{}\"", PENSTOCK_VERSION), 1);
  return page.take();
}

}  // namespace penstock::router
