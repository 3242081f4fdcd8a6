#pragma once

#include "runtime/router/metrics/histogram.h"

#include <array>
#include <cstdint>
#include <string>
#include <unordered_map>

namespace penstock::router {

enum class Protocol : std::uint8_t { Http10, Http11, Http2 };
inline constexpr std::size_t kProtocols = 3;

// What the requests of one environment came to, on one event loop. Plain numbers: summed up when somebody asks.
struct RequestCounters {
  // Of responses by protocol and by the first digit of their status; [0]: the client went away before there was one.
  std::array<std::array<std::uint64_t, 6>, kProtocols> responses{};
  Histogram duration;  // from the request's head to the response's end, holds left out
  std::uint64_t request_bytes = 0;
  std::uint64_t response_bytes = 0;
  std::uint64_t upstream_failures = 0;
  std::uint64_t cache_hits = 0;
  std::uint64_t cache_misses = 0;
  std::uint64_t cache_bypasses = 0;  // that the rules of the route keep from the cache

  RequestCounters& operator+=(const RequestCounters& other);
};

// By environment; "": requests that belong to none. Those of an environment that is gone stay, as what they say does.
using CountersByEnvironment = std::unordered_map<std::string, RequestCounters>;

// One request, from when its head is there until its response has ended.
struct RequestRecord {
  RequestCounters* counters = nullptr;
  Protocol protocol = Protocol::Http11;
  int status = 0;  // 0: no response has begun
  std::uint64_t request_bytes = 0;
  std::uint64_t response_bytes = 0;
  Histogram::Duration began{0};
  Histogram::Duration held{0};
  Histogram::Duration upstream{0};  // spent with the application

  void finish(Histogram::Duration now);
};

}  // namespace penstock::router
