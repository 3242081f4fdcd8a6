#pragma once

#include "base/synchronized.h"

#include <condition_variable>
#include <stop_token>

namespace penstock {

// Bounds how many builds run at once. Thread safe.
class BuildSlots {
 public:
  explicit BuildSlots(unsigned count) : free_(count) {}

  // One build's place, given back by the destructor.
  class Slot {
   public:
    explicit Slot(BuildSlots& slots) : slots_(slots) {}
    Slot(const Slot&) = delete;
    ~Slot();

   private:
    BuildSlots& slots_;
  };

  // Waits for a place. Throws Cancelled.
  Slot take(const std::stop_token& stop);

 private:
  Synchronized<unsigned> free_;
  std::condition_variable_any changed_;
};

}  // namespace penstock
