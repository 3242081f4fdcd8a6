#pragma once

#include "base/handle.h"

#include <chrono>
#include <filesystem>
#include <string>

namespace penstock::api {

// Reads a file from its end on, as it grows. Not thread safe.
class FileFollower {
 public:
  explicit FileFollower(std::filesystem::path path);

  struct News {
    std::string bytes;
    bool anew = false;  // they begin another file of that name, or the same one that was emptied
  };
  // What came since the last call; waits for some, at most `patience`.
  News next(std::chrono::milliseconds patience);

 private:
  News read_new();

  const std::filesystem::path path_;
  Fd watch_;
  Fd file_;
};

}  // namespace penstock::api
