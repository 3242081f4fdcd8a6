#include "base/file.h"

#include "base/error.h"
#include "base/id.h"
#include "base/log.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

namespace penstock {
namespace {

namespace fs = std::filesystem;

struct Entry {
  int parent;
  const char* name;
  std::string shown;
  dev_t device;
};

void remove_entry(const Entry& entry);

void remove_children(int directory, const std::string& shown, dev_t device) {
  const Handle<DIR, ::closedir> stream(::fdopendir(directory));
  if (!stream) throw SystemError("list " + shown);
  while (const dirent* child = ::readdir(stream.get())) {
    const std::string_view name = child->d_name;
    if (name == "." || name == "..") continue;
    remove_entry({::dirfd(stream.get()), child->d_name, shown + "/" + child->d_name, device});
  }
}

void remove_entry(const Entry& entry) {
  if (::unlinkat(entry.parent, entry.name, 0) == 0 || errno == ENOENT) return;
  if (errno != EISDIR && errno != EPERM) throw SystemError("remove " + entry.shown);
  Fd directory(::openat(entry.parent, entry.name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!directory && errno == EACCES) {
    ::fchmodat(entry.parent, entry.name, 0700, 0);
    directory.reset(::openat(entry.parent, entry.name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  }
  struct stat status {};
  if (!directory || ::fstat(directory.get(), &status) != 0) throw SystemError("open " + entry.shown);
  if (status.st_dev != entry.device) throw Error("cannot remove " + entry.shown + ": a file system is mounted there");
  if ((status.st_mode & 0700) != 0700) ::fchmod(directory.get(), 0700);
  remove_children(directory.release(), entry.shown, entry.device);
  if (::unlinkat(entry.parent, entry.name, AT_REMOVEDIR) != 0 && errno != ENOENT) {
    throw SystemError("remove " + entry.shown);
  }
}

void write_and_rename(const fs::path& path, std::string_view content, unsigned mode, bool durable) {
  const fs::path temporary = path.parent_path() / ("." + path.filename().string() + "." + random_id(8));
  const Fd file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
  if (!file) throw SystemError("create " + temporary.string());
  try {
    ::fchmod(file.get(), mode);
    write_all(file.get(), content);
    if (durable && ::fsync(file.get()) != 0) throw SystemError("fsync " + temporary.string());
    if (::rename(temporary.c_str(), path.c_str()) != 0) throw SystemError("rename to " + path.string());
  } catch (...) {
    ::unlink(temporary.c_str());
    throw;
  }
}

}  // namespace

std::string read_file(const fs::path& path, std::size_t limit) {
  const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) throw SystemError("open " + path.string());
  std::string content;
  std::size_t used = 0;
  while (true) {
    content.resize(used + (std::size_t{1} << 16));
    const ssize_t got = ::read(file.get(), content.data() + used, content.size() - used);
    if (got < 0) throw SystemError("read " + path.string());
    used += static_cast<std::size_t>(got);
    if (used > limit) throw Error("cannot read " + path.string() + ": larger than " + std::to_string(limit) + " bytes");
    if (got == 0) break;
  }
  content.resize(used);
  return content;
}

void write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw SystemError("write");
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

void write_file_durably(const fs::path& path, std::string_view content, unsigned mode) {
  write_and_rename(path, content, mode, true);
  fsync_directory(path.parent_path());
}

void replace_file(const fs::path& path, std::string_view content, unsigned mode) {
  write_and_rename(path, content, mode, false);
}

void fsync_directory(const fs::path& path) {
  const Fd directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory || ::fsync(directory.get()) != 0) throw SystemError("fsync " + path.string());
}

void remove_tree(const fs::path& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) {
    if (errno == ENOENT) return;
    throw SystemError("look up " + path.string());
  }
  remove_entry({AT_FDCWD, path.c_str(), path.string(), status.st_dev});
}

TemporaryDirectory::TemporaryDirectory(const fs::path& parent) {
  std::string pattern = ((parent.empty() ? fs::temp_directory_path() : parent) / "penstock-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw SystemError("create a directory like " + pattern);
  path_ = pattern;
}

TemporaryDirectory::~TemporaryDirectory() {
  if (path_.empty()) return;
  try {
    remove_tree(path_);
  } catch (const std::exception& error) {
    log_of("base")->warn("temporary directory stays: {}", error.what());
  }
}

fs::path TemporaryDirectory::release() {
  fs::path path;
  path.swap(path_);
  return path;
}

}  // namespace penstock
