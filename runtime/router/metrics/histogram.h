#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace penstock::router {

// Counts durations by their size. For one thread.
class Histogram {
 public:
  using Duration = std::chrono::milliseconds;
  // Upper bounds; what is longer is only in the count.
  static constexpr std::array<Duration, 13> kBounds{
      Duration(5),    Duration(10),   Duration(25),   Duration(50),    Duration(100),   Duration(250),  Duration(500),
      Duration(1000), Duration(2500), Duration(5000), Duration(10000), Duration(30000), Duration(60000)};

  void add(Duration duration) {
    std::size_t i = 0;
    while (i < kBounds.size() && duration > kBounds[i]) ++i;
    ++counts_[i];
    sum_ += duration;
  }
  Histogram& operator+=(const Histogram& other) {
    for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
    sum_ += other.sum_;
    return *this;
  }

  // By bound, not cumulative; the last one is of those longer than all bounds.
  const std::array<std::uint64_t, kBounds.size() + 1>& counts() const { return counts_; }
  Duration sum() const { return sum_; }

 private:
  std::array<std::uint64_t, kBounds.size() + 1> counts_{};
  Duration sum_{0};
};

}  // namespace penstock::router
