#include "api/container_log_follower.h"

#include "base/error.h"
#include "container/container_log.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/stat.h>

#include <array>

namespace penstock::api {
namespace {

constexpr std::size_t kPiece = std::size_t{64} << 10;

bool is_same_file(int fd, const std::filesystem::path& path) {
  struct stat open_file {};
  struct stat named {};
  return ::fstat(fd, &open_file) == 0 && ::stat(path.c_str(), &named) == 0 && open_file.st_ino == named.st_ino;
}

}  // namespace

ContainerLogFollower::ContainerLogFollower(std::filesystem::path path)
    : path_(std::move(path)),
      watch_(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)),
      file_(::open(path_.c_str(), O_RDONLY | O_CLOEXEC)) {
  if (!watch_) throw SystemError("follow " + path_.string());
  // The directory, not the file: conmon may begin another file under the same name.
  ::inotify_add_watch(watch_.get(), path_.parent_path().c_str(), IN_MODIFY | IN_CREATE | IN_MOVED_TO);
  if (file_) ::lseek(file_.get(), 0, SEEK_END);
}

std::string ContainerLogFollower::next(std::chrono::milliseconds patience) {
  std::string text = read_new();
  if (!text.empty()) return text;
  pollfd watched{watch_.get(), POLLIN, 0};
  ::poll(&watched, 1, static_cast<int>(patience.count()));
  std::array<char, 4096> events{};
  while (::read(watch_.get(), events.data(), events.size()) > 0) {
  }
  return read_new();
}

std::string ContainerLogFollower::read_new() {
  if (!file_ || !is_same_file(file_.get(), path_)) {
    file_.reset(::open(path_.c_str(), O_RDONLY | O_CLOEXEC));
    rest_.clear();
    if (!file_) return {};
  }
  std::string piece(kPiece, '\0');
  const ssize_t count = ::read(file_.get(), piece.data(), piece.size());
  if (count <= 0) return {};
  rest_.append(piece, 0, static_cast<std::size_t>(count));
  std::string text;
  std::size_t begin = 0;
  for (std::size_t end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n', begin)) {
    if (const auto entry = parse_log_entry(std::string_view(rest_).substr(begin, end - begin))) {
      text.append(entry->text);
      if (entry->complete) text += '\n';
    }
    begin = end + 1;
  }
  rest_.erase(0, begin);
  return text;
}

}  // namespace penstock::api
