#include "runtime/router/access_log/rotating_file.h"

#include "base/error.h"
#include "base/file.h"
#include "base/handle.h"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace penstock::router {
namespace {

namespace fs = std::filesystem;

fs::path older(const fs::path& path, unsigned number) {
  return fmt::format("{}.{}", path.string(), number);
}

// Held against the other process that appends while a router takes the place of another.
class FileTurn {
 public:
  explicit FileTurn(int file) : file_(file) { ::flock(file_, LOCK_EX); }
  FileTurn(const FileTurn&) = delete;
  FileTurn& operator=(const FileTurn&) = delete;
  ~FileTurn() { ::flock(file_, LOCK_UN); }

 private:
  const int file_;
};

off_t size_of(int file) {
  struct stat status {};
  return ::fstat(file, &status) == 0 ? status.st_size : 0;
}

void copy_all(int from, int to) {
  off_t offset = 0;
  for (off_t left = size_of(from); left > 0;) {
    const ssize_t copied = ::copy_file_range(from, &offset, to, nullptr, static_cast<std::size_t>(left), 0);
    if (copied < 0) throw SystemError("copy a full log");
    if (copied == 0) return;
    left -= copied;
  }
}

void rotate(int file, const AccessLogSettings& log) {
  for (unsigned number = log.kept; number > 1; --number) {
    std::error_code missing;
    fs::rename(older(log.file, number - 1), older(log.file, number), missing);
  }
  if (log.kept > 0) {
    const fs::path first = older(log.file, 1);
    const Fd copy(::open(first.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0640));
    if (!copy) throw SystemError("open " + first.string());
    copy_all(file, copy.get());
  }
  if (::ftruncate(file, 0) != 0) throw SystemError("empty " + log.file.string());
}

}  // namespace

void append_to(const AccessLogSettings& log, std::string_view text) {
  const Fd file(::open(log.file.c_str(), O_RDWR | O_APPEND | O_NOFOLLOW | O_CLOEXEC));
  if (!file) throw SystemError("open " + log.file.string());
  const FileTurn turn(file.get());
  off_t size = size_of(file.get());
  if (size > 0 && static_cast<std::uint64_t>(size) + text.size() > log.max_bytes) {
    rotate(file.get(), log);
    size = 0;
  }
  try {
    write_all(file.get(), text);
  } catch (const SystemError&) {
    if (::ftruncate(file.get(), size) != 0) throw SystemError("shorten " + log.file.string());
    throw;
  }
}

}  // namespace penstock::router
