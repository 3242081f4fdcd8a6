// Stops a build that fills the disk.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <thread>
#include <vector>

namespace penstock {

// Bytes on disk of everything below `path`; files that come and go meanwhile are no problem.
std::uint64_t disk_usage(const std::filesystem::path& path);

// Looks at `paths` every few seconds, in a thread of its own. When together they are over `limit`, it asks for a stop.
class DiskGuard {
 public:
  struct Options {
    std::vector<std::filesystem::path> paths;
    std::uint64_t limit = 0;
    std::stop_token stop;  // passed on
    std::chrono::milliseconds period{3000};
  };

  explicit DiskGuard(Options options);

  // What the guarded work has to obey.
  std::stop_token token() const { return source_.get_token(); }
  bool exceeded() const { return exceeded_; }

 private:
  void watch(const std::stop_token& ended);
  bool over_limit() const;

  const Options options_;
  std::atomic<bool> exceeded_ = false;
  std::stop_source source_;
  std::stop_callback<std::function<void()>> forward_;
  std::jthread thread_;
};

}  // namespace penstock
