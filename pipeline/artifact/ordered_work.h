// Jobs that several threads work on, and whose results are taken in order.
#pragma once

#include <cstddef>
#include <functional>
#include <stop_token>
#include <string>

namespace penstock {

struct OrderedWork {
  // Leaves the result of job `index` in `result`, which may hold an older one.
  using Producer = std::function<void(std::size_t index, std::string& result)>;
  using Consumer = std::function<void(const std::string& result)>;

  std::size_t jobs = 0;
  unsigned threads = 1;
  std::stop_token stop;

  // Calls `new_producer` once per thread, and `consume` in this one, with the results of jobs 0, 1, 2, … Throws the
  // first exception of a producer, or Cancelled, once all threads have ended. A few results wait at a time, no more.
  void run(const std::function<Producer()>& new_producer, const Consumer& consume) const;
};

}  // namespace penstock
