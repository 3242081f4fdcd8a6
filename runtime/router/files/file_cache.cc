#include "runtime/router/files/file_cache.h"

#include "runtime/router/compression/compressible.h"
#include "runtime/router/http/content_type.h"
#include "runtime/router/http/date.h"

#include <fmt/format.h>

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <algorithm>

namespace penstock::router {
namespace {

constexpr std::size_t kMostFiles = 1024;
constexpr std::size_t kMostBytes = std::size_t{16} << 20;  // in memory
constexpr std::uint64_t kLargestInMemory = std::uint64_t{64} << 10;
// What is smaller does not get smaller enough.
constexpr std::uint64_t kSmallestCompressed = 256;

Fd open_directory(const std::string& path) {
  return Fd(::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
}

Fd open_beneath(int directory, const std::string& path) {
  open_how how{};
  how.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  return Fd(static_cast<int>(::syscall(SYS_openat2, directory, path.c_str(), &how, sizeof how)));
}

bool is_directory(int root, const std::string& path) {
  struct stat status {};
  const Fd fd = open_beneath(root, path.empty() ? "." : path);
  return fd && ::fstat(fd.get(), &status) == 0 && S_ISDIR(status.st_mode);
}

// Null unless it is a regular file.
std::shared_ptr<Representation> open_representation(int root, const std::string& path, struct stat& status) {
  auto representation = std::make_shared<Representation>();
  representation->fd = open_beneath(root, path);
  if (!representation->fd || ::fstat(representation->fd.get(), &status) != 0 || !S_ISREG(status.st_mode))
    return nullptr;
  representation->size = static_cast<std::uint64_t>(status.st_size);
  return representation;
}

// What cannot be read stays a file.
void read_small(Representation& representation) {
  if (representation.size > kLargestInMemory) return;
  std::string content(representation.size, '\0');
  const ssize_t got = ::pread(representation.fd.get(), content.data(), content.size(), 0);
  if (got != static_cast<ssize_t>(content.size())) return;
  representation.content = std::move(content);
  representation.fd.reset();
}

// All files of an artifact have the time of its commit: only together with the artifact do they name a content.
std::string frozen_etag(const std::string& root, const struct stat& status) {
  const std::string_view artifact = std::string_view(root).substr(root.rfind('/') + 1);
  return fmt::format("\"{}-{:x}-{:x}-{:x}\"", artifact.substr(0, 16), status.st_ino, status.st_mtime, status.st_size);
}

std::string changing_etag(const struct stat& status) {
  return fmt::format("\"{:x}-{:x}.{:x}-{:x}\"", status.st_ino, status.st_mtim.tv_sec, status.st_mtim.tv_nsec,
                     status.st_size);
}

std::shared_ptr<const Representation> open_sibling(int root, const std::string& root_path, const std::string& path) {
  struct stat status {};
  auto representation = open_representation(root, path, status);
  if (!representation) return nullptr;
  representation->etag = frozen_etag(root_path, status);
  read_small(*representation);
  return representation;
}

std::shared_ptr<ServedFile> describe(std::shared_ptr<Representation> identity, const struct stat& status,
                                     const std::string& path) {
  auto file = std::make_shared<ServedFile>();
  file->modified = status.st_mtime;
  file->modified_text = http_date(status.st_mtime);
  file->content_type = content_type_of(path);
  file->compressible = identity->size >= kSmallestCompressed && is_compressible(file->content_type);
  file->identity = std::move(identity);
  return file;
}

std::size_t bytes_of(const ServedFile& file) {
  std::size_t sum = 0;
  for (const auto* each : {&file.identity, &file.gzip, &file.brotli}) sum += *each ? (*each)->content.size() : 0;
  return sum;
}

}  // namespace

int FileCache::root_of(const std::string& root) {
  Fd& fd = roots_[root];
  if (!fd) fd = open_directory(root);
  return fd.get();
}

std::shared_ptr<ServedFile> FileCache::open(const std::string& root, const std::string& path) {
  key_.assign(root).append("/").append(path);
  if (const auto found = by_key_.find(key_); found != by_key_.end()) {
    kept_.splice(kept_.begin(), kept_, found->second);
    return found->second->file;
  }
  struct stat status {};
  const int directory = root_of(root);
  auto identity = open_representation(directory, path, status);
  if (!identity) return nullptr;
  identity->etag = frozen_etag(root, status);
  read_small(*identity);
  auto file = describe(std::move(identity), status, path);
  file->frozen = true;
  file->gzip = open_sibling(directory, root, path + ".gz");
  file->brotli = open_sibling(directory, root, path + ".br");
  add(root, file);
  return file;
}

bool FileCache::has_directory(const std::string& root, const std::string& path) {
  return is_directory(root_of(root), path);
}

std::shared_ptr<ServedFile> FileCache::open_changing(const std::string& directory, const std::string& path) {
  struct stat status {};
  auto identity = open_representation(open_directory(directory).get(), path, status);
  if (!identity) return nullptr;
  identity->etag = changing_etag(status);
  return describe(std::move(identity), status, path);
}

bool FileCache::has_changing_directory(const std::string& directory, const std::string& path) {
  return is_directory(open_directory(directory).get(), path);
}

void FileCache::keep(ServedFile& file, Coding coding, std::shared_ptr<const Representation> made) {
  if (bytes_ + made->content.size() > kMostBytes) return;
  auto& place = coding == Coding::Gzip ? file.gzip : file.brotli;
  if (place) return;
  const auto kept =
      std::find_if(kept_.begin(), kept_.end(), [&](const Kept& each) { return each.file.get() == &file; });
  if (kept == kept_.end()) return;
  kept->bytes += made->content.size();
  bytes_ += made->content.size();
  place = std::move(made);
}

void FileCache::add(const std::string& root, std::shared_ptr<ServedFile> file) {
  const std::size_t bytes = bytes_of(*file);
  kept_.push_front({.key = key_, .root = root, .file = std::move(file), .bytes = bytes});
  by_key_.emplace(kept_.front().key, kept_.begin());
  bytes_ += bytes;
  while (kept_.size() > kMostFiles || bytes_ > kMostBytes) drop(std::prev(kept_.end()));
}

void FileCache::drop(std::list<Kept>::iterator kept) {
  by_key_.erase(kept->key);
  bytes_ -= kept->bytes;
  kept_.erase(kept);
}

void FileCache::retain(const std::set<std::string>& roots) {
  for (auto kept = kept_.begin(); kept != kept_.end();) {
    const auto each = kept++;
    if (roots.count(each->root) == 0) drop(each);
  }
  std::erase_if(roots_, [&](const auto& root) { return roots.count(root.first) == 0; });
}

}  // namespace penstock::router
