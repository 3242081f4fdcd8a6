#pragma once

#include "base/clock.h"
#include "runtime/deployer.h"

#include <string>
#include <utility>
#include <vector>

namespace penstock {

// How long each step took, also one that threw.
class StepTimes {
 public:
  template <typename Step>
  void measure(std::string name, Step&& step) {
    const Entry entry(times_, std::move(name));
    std::forward<Step>(step)();
  }

  const std::vector<StepTime>& all() const { return times_; }

 private:
  class Entry {
   public:
    Entry(std::vector<StepTime>& times, std::string name) : times_(times), name_(std::move(name)) {}
    ~Entry() { times_.push_back({std::move(name_), watch_.elapsed()}); }

   private:
    std::vector<StepTime>& times_;
    std::string name_;
    Stopwatch watch_;
  };

  std::vector<StepTime> times_;
};

}  // namespace penstock
