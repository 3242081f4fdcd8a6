#pragma once

#include "base/handle.h"

#include <string>
#include <unordered_map>

namespace penstock::router {

// The directories of artifacts, kept open from one request to the next. Belongs to one event loop.
class RootDirectories {
 public:
  // A descriptor to open files below it; -1: there is no such directory. Good until forget().
  int open(const std::string& path);
  // What is found at the paths may change, and nothing shall keep it from being unmounted.
  void forget() { open_.clear(); }

 private:
  std::unordered_map<std::string, Fd> open_;
};

}  // namespace penstock::router
