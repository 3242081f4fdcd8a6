#pragma once

#include <string>

namespace penstock {

// A tree that VolumePool::keep() made, or snapshot() of the same environment: the data that an environment is to have
// instead of its own.
struct DataOrigin {
  std::string environment;  // Environment::key() of whom it was kept for
  std::string name;
  std::string shown;  // what the log calls it: "main", "the backup xyz"
};

}  // namespace penstock
