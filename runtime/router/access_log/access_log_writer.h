#pragma once

#include "base/synchronized.h"
#include "runtime/router/access_log/access_log_settings.h"

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

namespace penstock::router {

// Brings the lines of all event loops to disk, on a thread of its own. What the disk does not keep up with is dropped
// and counted. Thread safe.
class AccessLogWriter {
 public:
  struct Bounds {
    std::size_t waiting_bytes = std::size_t{32} << 20;
    std::size_t waiting_bytes_of_one = std::size_t{4} << 20;  // of one environment
  };
  struct Batch {
    std::string environment;
    AccessLogSettings log;
    std::string text;  // whole lines
    std::uint64_t lines = 0;
  };
  using Counts = std::map<std::string, std::uint64_t>;  // of lines, by environment

  AccessLogWriter() : AccessLogWriter(Bounds()) {}
  explicit AccessLogWriter(Bounds bounds) : bounds_(bounds) {}
  AccessLogWriter(const AccessLogWriter&) = delete;
  AccessLogWriter& operator=(const AccessLogWriter&) = delete;
  // Writes what it has taken.
  ~AccessLogWriter();

  // Begins to write. Once, after the signals that are handled elsewhere are blocked.
  void start();
  // Does not wait for the disk.
  void submit(Batch batch);
  // What was lost since the start.
  Counts dropped() const { return state_.lock()->dropped; }

 private:
  struct State {
    std::vector<Batch> waiting;
    std::size_t bytes = 0;
    std::unordered_map<std::string, std::size_t> bytes_of;  // of those that wait
    Counts dropped;
  };

  void run(const std::stop_token& stop);
  void write(const Batch& batch);

  const Bounds bounds_;
  mutable Synchronized<State> state_;
  std::condition_variable_any filled_;
  std::set<std::string> failing_;  // environments; of the thread
  std::jthread thread_;
};

}  // namespace penstock::router
