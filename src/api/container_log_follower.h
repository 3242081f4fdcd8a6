#pragma once

#include "api/file_follower.h"

#include <chrono>
#include <filesystem>
#include <string>

namespace penstock::api {

// Reads the log of a container from its end on, as it grows. Not thread safe.
class ContainerLogFollower {
 public:
  explicit ContainerLogFollower(std::filesystem::path path) : file_(std::move(path)) {}

  // The text that came since the last call; waits for some, at most `patience`.
  std::string next(std::chrono::milliseconds patience);

 private:
  FileFollower file_;
  std::string rest_;  // an entry that is not whole yet
};

}  // namespace penstock::api
