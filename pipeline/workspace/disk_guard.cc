#include "pipeline/workspace/disk_guard.h"

#include "base/error.h"
#include "base/handle.h"

#include <fts.h>
#include <sys/stat.h>

#include <array>
#include <condition_variable>
#include <mutex>
#include <numeric>

namespace penstock {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kStatBlock = 512;

}  // namespace

std::uint64_t disk_usage(const fs::path& path) {
  std::string start = path.string();
  const std::array<char*, 2> starts{start.data(), nullptr};
  const Handle<FTS, ::fts_close> walk(::fts_open(starts.data(), FTS_PHYSICAL | FTS_NOCHDIR | FTS_XDEV, nullptr));
  if (!walk) throw SystemError("list " + start);
  std::uint64_t bytes = 0;
  while (const FTSENT* entry = ::fts_read(walk.get())) {
    const bool counted = entry->fts_info == FTS_F || entry->fts_info == FTS_D || entry->fts_info == FTS_SL;
    if (counted) bytes += static_cast<std::uint64_t>(entry->fts_statp->st_blocks) * kStatBlock;
  }
  return bytes;
}

DiskGuard::DiskGuard(Options options)
    : options_(std::move(options)),
      forward_(options_.stop, [this] { source_.request_stop(); }),
      thread_([this](const std::stop_token& ended) { watch(ended); }) {}

void DiskGuard::watch(const std::stop_token& ended) {
  std::mutex mutex;
  std::condition_variable_any never;
  while (!exceeded_) {
    std::unique_lock lock(mutex);
    never.wait_for(lock, ended, options_.period, [] { return false; });
    if (ended.stop_requested()) return;
    exceeded_ = over_limit();
  }
  source_.request_stop();
}

bool DiskGuard::over_limit() const {
  const auto add = [](std::uint64_t sum, const fs::path& path) { return sum + disk_usage(path); };
  return std::accumulate(options_.paths.begin(), options_.paths.end(), std::uint64_t{0}, add) > options_.limit;
}

}  // namespace penstock
