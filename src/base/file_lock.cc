#include "base/file_lock.h"

#include "base/error.h"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <mutex>

namespace penstock {
namespace {

// The kernel tells nobody when a lock becomes free to a waiter that can also be cancelled.
constexpr std::chrono::milliseconds kRetry{50};

void pause(const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, stop, kRetry, [] { return false; });
}

}  // namespace

FileLock::FileLock(const std::filesystem::path& path, const std::function<void()>& waiting, const std::stop_token& stop)
    : file_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
  if (!file_) throw SystemError("open " + path.string());
  bool told = false;
  while (::flock(file_.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) throw SystemError("lock " + path.string());
    if (!told && waiting) waiting();
    told = true;
    if (stop.stop_requested()) throw Cancelled("waiting for " + path.string() + " was cancelled");
    pause(stop);
  }
}

}  // namespace penstock
