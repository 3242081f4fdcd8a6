#include "api/file_follower.h"

#include "base/error.h"

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

bool was_emptied(int fd) {
  struct stat status {};
  return ::fstat(fd, &status) == 0 && status.st_size < ::lseek(fd, 0, SEEK_CUR);
}

}  // namespace

FileFollower::FileFollower(std::filesystem::path path)
    : path_(std::move(path)),
      watch_(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)),
      file_(::open(path_.c_str(), O_RDONLY | O_CLOEXEC)) {
  if (!watch_) throw SystemError("follow " + path_.string());
  // The directory, not the file: its writer may begin another file under the same name.
  ::inotify_add_watch(watch_.get(), path_.parent_path().c_str(), IN_MODIFY | IN_CREATE | IN_MOVED_TO);
  if (file_) ::lseek(file_.get(), 0, SEEK_END);
}

FileFollower::News FileFollower::next(std::chrono::milliseconds patience) {
  News news = read_new();
  if (!news.bytes.empty()) return news;
  pollfd watched{watch_.get(), POLLIN, 0};
  ::poll(&watched, 1, static_cast<int>(patience.count()));
  std::array<char, 4096> events{};
  while (::read(watch_.get(), events.data(), events.size()) > 0) {
  }
  const bool anew = news.anew;
  news = read_new();
  news.anew |= anew;
  return news;
}

FileFollower::News FileFollower::read_new() {
  News news;
  if (!file_ || !is_same_file(file_.get(), path_)) {
    news.anew = true;
    file_.reset(::open(path_.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file_) return news;
  } else if (was_emptied(file_.get())) {
    news.anew = true;
    ::lseek(file_.get(), 0, SEEK_SET);
  }
  news.bytes.resize(kPiece);
  const ssize_t count = ::read(file_.get(), news.bytes.data(), news.bytes.size());
  news.bytes.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  return news;
}

}  // namespace penstock::api
