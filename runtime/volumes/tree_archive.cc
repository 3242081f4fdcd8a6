#include "runtime/volumes/tree_archive.h"

#include "base/error.h"
#include "base/handle.h"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <vector>

namespace penstock {
namespace {

using Directory = Handle<DIR, ::closedir>;
using Entry = Handle<archive_entry, archive_entry_free>;

constexpr std::size_t kBuffer = std::size_t{1} << 18;
constexpr int kDeepest = 200;  // each level keeps a directory open
constexpr unsigned kPermissions = 0777;

Fd open_below(int directory, const std::string& name, int flags) {
  return Fd(::openat(directory, name.c_str(), flags | O_NOFOLLOW | O_CLOEXEC));
}

std::vector<std::string> names_in(int directory) {
  Fd copy = open_below(directory, ".", O_RDONLY | O_DIRECTORY);
  const Directory stream(copy ? ::fdopendir(copy.get()) : nullptr);
  if (!stream) throw SystemError("list a directory");
  copy.release();
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(stream.get())) {
    const std::string name = entry->d_name;
    if (name != "." && name != "..") names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string target_of(int directory, const std::string& name) {
  std::string target(PATH_MAX, '\0');
  const ssize_t size = ::readlinkat(directory, name.c_str(), target.data(), target.size());
  target.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
  return target;
}

std::vector<std::string> parts_of(const std::string& path) {
  std::vector<std::string> parts;
  std::string_view rest = path;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('/'), rest.size());
    const std::string part(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (part == "..") throw UserError(fmt::format("cannot unpack {}: it leads out of the directory", path));
    if (!part.empty() && part != ".") parts.push_back(part);
  }
  return parts;
}

// The directory of that path below `directory`, as it is.
Fd open_parts(int directory, const std::vector<std::string>& parts, std::size_t count, bool make) {
  Fd current = open_below(directory, ".", O_RDONLY | O_DIRECTORY);
  for (std::size_t i = 0; i < count && current; ++i) {
    if (make && ::mkdirat(current.get(), parts[i].c_str(), 0755) != 0 && errno != EEXIST) {
      throw SystemError("create " + parts[i]);
    }
    current = open_below(current.get(), parts[i], O_RDONLY | O_DIRECTORY);
  }
  if (!current) throw UserError(fmt::format("cannot unpack below {}: it is no directory", fmt::join(parts, "/")));
  return current;
}

// What is deeper than can be packed does not count.
std::uint64_t size_of_children(int directory, int depth) {
  constexpr std::uint64_t kBlock = 512;
  std::uint64_t size = 0;
  for (const std::string& name : names_in(directory)) {
    struct stat status {};
    if (::fstatat(directory, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) continue;
    size += static_cast<std::uint64_t>(status.st_blocks) * kBlock;
    if (!S_ISDIR(status.st_mode) || depth == kDeepest) continue;
    const Fd child = open_below(directory, name, O_RDONLY | O_DIRECTORY);
    if (child) size += size_of_children(child.get(), depth + 1);
  }
  return size;
}

}  // namespace

TarStream::TarStream(std::function<void(std::string_view)> write)
    : write_(std::move(write)), archive_(archive_write_new()) {
  check(archive_write_set_format_pax_restricted(archive_));
  check(archive_write_set_bytes_in_last_block(archive_, 1));
  check(archive_write_open(archive_, this, nullptr, write_block, nullptr));
}

TarStream::~TarStream() {
  archive_write_fail(archive_);
  archive_write_free(archive_);
}

void TarStream::add_tree(int directory, const std::string& prefix) {
  add_children(directory, prefix, 0);
}

void TarStream::add_children(int directory, const std::string& path, int depth) {
  if (depth > kDeepest) throw Error(fmt::format("cannot pack {}: more than {} directories deep", path, kDeepest));
  for (const std::string& name : names_in(directory)) add_child(directory, name, path + name, depth);
}

void TarStream::add_child(int directory, const std::string& name, const std::string& path, int depth) {
  struct stat status {};
  if (::fstatat(directory, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return;  // gone meanwhile
  const bool is_link = S_ISLNK(status.st_mode);
  const bool is_directory = S_ISDIR(status.st_mode);
  if (!is_link && !is_directory && !S_ISREG(status.st_mode)) return;
  const Fd opened = is_link ? Fd() : open_below(directory, name, O_RDONLY | O_NONBLOCK);
  if (!is_link && (!opened || ::fstat(opened.get(), &status) != 0)) return;
  if (S_ISDIR(status.st_mode) != is_directory) return;

  const Entry entry(archive_entry_new());
  archive_entry_copy_stat(entry.get(), &status);
  archive_entry_set_pathname(entry.get(), path.c_str());
  if (is_link) archive_entry_set_symlink(entry.get(), target_of(directory, name).c_str());
  check(archive_write_header(archive_, entry.get()));
  if (is_directory) add_children(opened.get(), path + "/", depth + 1);
  if (S_ISREG(status.st_mode)) add_content(opened.get(), static_cast<std::uint64_t>(status.st_size));
}

// As much as the header said: a file that has grown is cut there, one that has shrunk is filled up with zeros.
void TarStream::add_content(int file, std::uint64_t size) {
  std::vector<char> buffer(kBuffer);
  while (size > 0) {
    const ssize_t got = ::read(file, buffer.data(), std::min<std::uint64_t>(buffer.size(), size));
    if (got < 0) throw SystemError("read a file of the volume");
    if (got == 0) return;
    check(archive_write_data(archive_, buffer.data(), static_cast<std::size_t>(got)));
    size -= static_cast<std::uint64_t>(got);
  }
}

void TarStream::add_file(const std::string& name, std::string_view content) {
  const Entry entry(archive_entry_new());
  archive_entry_set_pathname(entry.get(), name.c_str());
  archive_entry_set_filetype(entry.get(), AE_IFREG);
  archive_entry_set_perm(entry.get(), 0600);
  archive_entry_set_size(entry.get(), static_cast<la_int64_t>(content.size()));
  check(archive_write_header(archive_, entry.get()));
  check(archive_write_data(archive_, content.data(), content.size()));
}

void TarStream::finish() {
  check(archive_write_close(archive_));
}

void TarStream::check(long code) {
  if (code < ARCHIVE_WARN) throw Error(std::string("cannot write the archive: ") + archive_error_string(archive_));
}

// No exception may pass through libarchive.
long TarStream::write_block(archive* archive, void* self, const void* bytes, std::size_t size) {
  try {
    static_cast<TarStream*>(self)->write_({static_cast<const char*>(bytes), size});
    return static_cast<long>(size);
  } catch (const std::exception& error) {
    archive_set_error(archive, EIO, "%s", error.what());
    return -1;
  }
}

struct TarReader::Place {
  Fd parent;
  std::string name;
};

TarReader::TarReader(std::function<std::size_t(char*, std::size_t)> read)
    : read_(std::move(read)), buffer_(kBuffer, '\0'), archive_(archive_read_new()) {
  check(archive_read_support_format_tar(archive_));
  check(archive_read_open(archive_, this, nullptr, read_block, nullptr));
}

TarReader::~TarReader() {
  archive_read_free(archive_);
}

bool TarReader::next() {
  return check(archive_read_next_header(archive_, &entry_)) != ARCHIVE_EOF;
}

std::string TarReader::name() const {
  const char* name = archive_entry_pathname(entry_);
  if (name == nullptr) throw UserError("cannot read the archive: an entry has no name");
  return fmt::format("{}", fmt::join(parts_of(name), "/"));
}

std::string TarReader::content(std::size_t limit) {
  std::string content(limit + 1, '\0');
  const long size = check(archive_read_data(archive_, content.data(), content.size()));
  if (static_cast<std::size_t>(size) > limit) throw UserError("cannot read " + name() + ": it is too large");
  content.resize(static_cast<std::size_t>(size));
  return content;
}

void TarReader::unpack(int directory, const std::string& name, const UnpackLimits& limits) {
  const std::vector<std::string> parts = parts_of(name);
  if (parts.empty()) return;
  const Place place{open_parts(directory, parts, parts.size() - 1, true), parts.back()};
  // What comes before the given name of this entry comes before those that its links name too.
  const std::string whole = this->name();
  prefix_ = whole.ends_with(name) ? whole.substr(0, whole.size() - name.size()) : "";
  if (archive_entry_hardlink(entry_) != nullptr) return make_further_name(place, directory);
  switch (archive_entry_filetype(entry_)) {
    case AE_IFDIR:
      return make_directory(place, limits);
    case AE_IFREG:
      return make_file(place, limits);
    case AE_IFLNK:
      return make_link(place, limits);
    default:
      throw UserError(fmt::format("cannot unpack {}: only files, directories and links can be", name));
  }
}

void TarReader::make_directory(const Place& place, const UnpackLimits& limits) {
  if (::mkdirat(place.parent.get(), place.name.c_str(), 0700) != 0 && errno != EEXIST) {
    throw SystemError("create " + place.name);
  }
  const Fd made = open_below(place.parent.get(), place.name, O_RDONLY | O_DIRECTORY);
  if (!made) throw UserError(fmt::format("cannot unpack {}: there is a file of that name", place.name));
  own(made.get(), limits);
}

void TarReader::make_file(const Place& place, const UnpackLimits& limits) {
  ::unlinkat(place.parent.get(), place.name.c_str(), 0);
  const Fd made(
      ::openat(place.parent.get(), place.name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!made && (errno == EEXIST || errno == EISDIR)) {
    throw UserError(fmt::format("cannot unpack {}: there is a directory of that name", place.name));
  }
  if (!made) throw SystemError("create " + place.name);
  write_content(made.get(), place.name, limits);
  own(made.get(), limits);
}

void TarReader::write_content(int file, const std::string& name, const UnpackLimits& limits) {
  const void* block = nullptr;
  std::size_t size = 0;
  la_int64_t offset = 0;
  while (check(archive_read_data_block(archive_, &block, &size, &offset)) != ARCHIVE_EOF) {
    unpacked_ += size;
    if (unpacked_ > limits.bytes) throw UserError("cannot unpack " + name + ": there is no room for it");
    const char* bytes = static_cast<const char*>(block);
    while (size > 0) {
      const ssize_t wrote = ::pwrite(file, bytes, size, offset);
      if (wrote < 0) throw SystemError("write " + name);
      bytes += wrote;
      offset += wrote;
      size -= static_cast<std::size_t>(wrote);
    }
  }
  if (::ftruncate(file, archive_entry_size(entry_)) != 0) throw SystemError("write " + name);
}

void TarReader::make_link(const Place& place, const UnpackLimits& limits) {
  ::unlinkat(place.parent.get(), place.name.c_str(), 0);
  const char* target = archive_entry_symlink(entry_);
  if (target == nullptr || ::symlinkat(target, place.parent.get(), place.name.c_str()) != 0) {
    throw SystemError("create " + place.name);
  }
  const auto owner = limits.owner.value_or(
      std::pair(static_cast<uid_t>(archive_entry_uid(entry_)), static_cast<gid_t>(archive_entry_gid(entry_))));
  if (::fchownat(place.parent.get(), place.name.c_str(), owner.first, owner.second, AT_SYMLINK_NOFOLLOW) != 0) {
    throw SystemError("give away " + place.name);
  }
}

void TarReader::make_further_name(const Place& place, int directory) {
  std::string first = archive_entry_hardlink(entry_);
  if (first.starts_with("./")) first.erase(0, 2);
  if (first.starts_with(prefix_)) first.erase(0, prefix_.size());
  const std::vector<std::string> parts = parts_of(first);
  if (parts.empty()) throw UserError("cannot unpack " + place.name + ": it links to nothing");
  const Fd parent = open_parts(directory, parts, parts.size() - 1, false);
  ::unlinkat(place.parent.get(), place.name.c_str(), 0);
  if (::linkat(parent.get(), parts.back().c_str(), place.parent.get(), place.name.c_str(), 0) != 0) {
    throw UserError(fmt::format("cannot unpack {}: it links to {}, which is not there", place.name, first));
  }
}

// Owner first: giving a file away takes bits of its mode.
void TarReader::own(int file, const UnpackLimits& limits) const {
  const auto owner = limits.owner.value_or(
      std::pair(static_cast<uid_t>(archive_entry_uid(entry_)), static_cast<gid_t>(archive_entry_gid(entry_))));
  const timespec modified{archive_entry_mtime(entry_), archive_entry_mtime_nsec(entry_)};
  const timespec times[] = {modified, modified};
  if (::fchown(file, owner.first, owner.second) != 0 ||
      ::fchmod(file, archive_entry_perm(entry_) & kPermissions) != 0 || ::futimens(file, times) != 0) {
    throw SystemError("set the owner and the mode of a file");
  }
}

long TarReader::check(long code) const {
  if (code < ARCHIVE_WARN) {
    const char* why = archive_error_string(archive_);
    throw UserError(std::string("cannot read the archive: ") + (why != nullptr ? why : "unknown reason"));
  }
  return code;
}

long TarReader::read_block(archive* archive, void* self, const void** bytes) {
  auto& reader = *static_cast<TarReader*>(self);
  try {
    *bytes = reader.buffer_.data();
    return static_cast<long>(reader.read_(reader.buffer_.data(), reader.buffer_.size()));
  } catch (const std::exception& error) {
    archive_set_error(archive, EIO, "%s", error.what());
    return -1;
  }
}

std::uint64_t size_of_tree(int directory) {
  return size_of_children(directory, 0);
}

}  // namespace penstock
