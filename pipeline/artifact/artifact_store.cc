#include "pipeline/artifact/artifact_store.h"

#include "base/digest.h"
#include "base/error.h"
#include "base/file.h"
#include "base/id.h"
#include "base/log.h"
#include "pipeline/artifact/erofs_writer.h"
#include "pipeline/artifact/image_mount.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

namespace penstock {
namespace {

namespace fs = std::filesystem;

constexpr const char* kExtension = ".erofs";
constexpr const char* kUnderWay = ".freezing-";

// A file that exists only until it is published.
class Draft {
 public:
  explicit Draft(const fs::path& directory) : path_(directory / (kUnderWay + random_id())) {
    file_.reset(::open(path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0444));
    if (!file_) throw SystemError("create " + path_.string());
  }
  Draft(const Draft&) = delete;
  ~Draft() { ::unlink(path_.c_str()); }

  int fd() const { return file_.get(); }

  void publish(const fs::path& target) const {
    if (::fdatasync(file_.get()) != 0) throw SystemError("fsync " + path_.string());
    if (::rename(path_.c_str(), target.c_str()) != 0) throw SystemError("rename to " + target.string());
    fsync_directory(target.parent_path());
  }

 private:
  fs::path path_;
  Fd file_;
};

bool is_digest(const std::string& text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

}  // namespace

ArtifactStore::ArtifactStore(fs::path directory, fs::path mounts)
    : directory_(std::move(directory)), mounts_(std::move(mounts)) {
  fs::create_directories(directory_);
  fs::create_directories(mounts_);
}

FrozenArtifact ArtifactStore::freeze(const fs::path& tree, std::int64_t clamp, std::stop_token stop) {
  const Draft draft(directory_);
  const erofs::Image image = erofs::Writer{.source = tree, .output = draft.fd(), .clamp = clamp}.write(std::move(stop));
  draft.publish(image_path(image.sha256));
  return {image.sha256, image.size};
}

fs::path ArtifactStore::mount(const std::string& digest) {
  const fs::path image = path_of(digest);
  fs::path target = mount_point(digest);
  const std::lock_guard lock(mounting_);
  if (is_mount_point(target)) return target;
  fs::create_directories(target);
  mount_image(image, target);
  return target;
}

void ArtifactStore::unmount(const std::string& digest) {
  const fs::path target = mount_point(digest);
  const std::lock_guard lock(mounting_);
  if (is_mount_point(target)) unmount_image(target);
  fs::remove(target);
}

bool ArtifactStore::is_mounted(const std::string& digest) const {
  return is_mount_point(mount_point(digest));
}

std::vector<std::string> ArtifactStore::mounted() const {
  std::vector<std::string> digests;
  for (const auto& entry : fs::directory_iterator(mounts_)) {
    const std::string name = entry.path().filename().string();
    if (is_digest(name) && is_mount_point(entry.path())) digests.push_back(name);
  }
  return digests;
}

void ArtifactStore::verify(const std::string& digest) const {
  const std::string actual = sha256_hex_of_file(path_of(digest));
  if (actual != digest) throw Error("cannot trust artifact " + digest + ": its content has the digest " + actual);
}

ImageView ArtifactStore::view(const std::string& digest) const {
  return {path_of(digest), mounts_};
}

void ArtifactStore::remove(const std::string& digest) {
  const std::lock_guard lock(mounting_);
  if (is_mounted(digest)) throw Conflict("cannot remove artifact " + digest + ": it is mounted");
  fs::remove(image_path(digest));
}

bool ArtifactStore::touch(const std::string& digest) {
  if (!is_digest(digest)) return false;
  if (::utimensat(AT_FDCWD, image_path(digest).c_str(), nullptr, 0) == 0) return true;
  if (errno == ENOENT) return false;
  throw SystemError("touch artifact " + digest);
}

WallTime ArtifactStore::last_used(const std::string& digest) const {
  struct stat status {};
  if (!is_digest(digest) || ::stat(image_path(digest).c_str(), &status) != 0) return {};
  return WallTime(std::chrono::seconds(status.st_mtim.tv_sec));
}

std::vector<FrozenArtifact> ArtifactStore::list() const {
  std::vector<FrozenArtifact> artifacts;
  for (const auto& entry : fs::directory_iterator(directory_)) {
    const std::string digest = entry.path().stem().string();
    if (entry.path().extension() == kExtension && is_digest(digest)) artifacts.push_back({digest, entry.file_size()});
  }
  std::sort(artifacts.begin(), artifacts.end(), [](const auto& a, const auto& b) { return a.digest < b.digest; });
  return artifacts;
}

fs::path ArtifactStore::path_of(const std::string& digest) const {
  fs::path path = image_path(digest);
  if (!is_digest(digest) || !fs::exists(path)) throw NotFound("there is no artifact " + digest);
  return path;
}

fs::path ArtifactStore::image_path(const std::string& digest) const {
  return directory_ / (digest + kExtension);
}

void ArtifactStore::sweep(const std::function<bool(const std::string&)>& is_known) {
  ImageView::sweep(mounts_);
  for (const auto& entry : fs::directory_iterator(directory_)) {
    if (entry.path().filename().string().rfind(kUnderWay, 0) == 0) fs::remove(entry.path());
  }
  for (const auto& artifact : list()) {
    if (is_known(artifact.digest)) continue;
    log_of("pipeline")->info("removing unregistered artifact digest={}", artifact.digest);
    unmount(artifact.digest);
    remove(artifact.digest);
  }
}

}  // namespace penstock
