#pragma once

#include "base/synchronized.h"

#include <map>
#include <mutex>
#include <string>

namespace penstock {

// Lets one caller at a time change what runs of an environment. Thread safe.
class EnvironmentLocks {
 public:
  using Lock = std::unique_lock<std::mutex>;

  // Waits for whoever has it. `environment` is an Environment::key().
  Lock acquire(const std::string& environment) { return Lock(mutex_of(environment)); }
  // Does not wait: the lock that is returned may own nothing.
  Lock try_acquire(const std::string& environment) { return {mutex_of(environment), std::try_to_lock}; }

 private:
  std::mutex& mutex_of(const std::string& environment) { return (*mutexes_.lock())[environment]; }

  Synchronized<std::map<std::string, std::mutex>> mutexes_;
};

}  // namespace penstock
