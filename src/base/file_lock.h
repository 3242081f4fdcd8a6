#pragma once

#include "base/handle.h"

#include <filesystem>
#include <functional>
#include <stop_token>

namespace penstock {

// Holds a lock on `path` that excludes other processes and other threads of this one. Released by the destructor, and
// by the kernel when the process dies. The file stays.
class FileLock {
 public:
  // Waits for whoever holds it; calls `waiting` once before it does. Throws Cancelled on `stop`.
  explicit FileLock(const std::filesystem::path& path, const std::function<void()>& waiting = {},
                    const std::stop_token& stop = {});

 private:
  Fd file_;
};

}  // namespace penstock
