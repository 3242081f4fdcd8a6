#include "runtime/shared_mounts.h"

#include "base/digest.h"
#include "base/error.h"
#include "base/file.h"
#include "hooks/lifecycle/variables.h"
#include "runtime/volumes/application_mounts.h"

#include <sys/mount.h>
#include <sys/stat.h>

#include <cerrno>

namespace penstock {
namespace {

namespace fs = std::filesystem;

constexpr unsigned long kNoSymlinks = 256;  // MS_NOSYMFOLLOW, which the headers do not have yet
constexpr unsigned long kFlags = MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC | kNoSymlinks;
constexpr std::size_t kNameLength = 16;

bool shows(const fs::path& place, int directory) {
  struct stat shown {};
  struct stat wanted {};
  return ::stat(place.c_str(), &shown) == 0 && ::fstat(directory, &wanted) == 0 && shown.st_dev == wanted.st_dev &&
         shown.st_ino == wanted.st_ino;
}

void unmount(const fs::path& place) {
  if (::umount2(place.c_str(), MNT_DETACH | UMOUNT_NOFOLLOW) != 0 && errno != EINVAL && errno != ENOENT) {
    throw SystemError("unmount " + place.string());
  }
}

void show(int directory, const fs::path& place) {
  if (shows(place, directory)) return;
  fs::create_directories(place);
  unmount(place);
  const std::string source = "/proc/self/fd/" + std::to_string(directory);
  if (::mount(source.c_str(), place.c_str(), nullptr, MS_BIND, nullptr) != 0) {
    throw SystemError("show a mount at " + place.string());
  }
  if (::mount(nullptr, place.c_str(), nullptr, MS_BIND | MS_REMOUNT | kFlags, nullptr) != 0) {
    const SystemError error("make " + place.string() + " read-only");
    unmount(place);
    throw error;
  }
}

// A directory of directories in which things are mounted.
void remove_shown(const fs::path& directory) {
  std::error_code missing;
  for (const auto& place : fs::directory_iterator(directory, missing)) unmount(place.path());
  remove_tree(directory);
}

}  // namespace

std::map<std::string, fs::path> SharedMounts::share(const std::string& environment, const std::string& application,
                                                    const ApplicationMounts& mounts) const {
  std::map<std::string, fs::path> shown;
  if (directory_.empty()) return shown;
  const fs::path home = directory_ / environment / application;
  std::set<fs::path> places;
  for (const auto& [target, directory] : mounts.directories()) {
    const std::string path = target.lexically_relative(lifecycle::kAppDirectory).string();
    const fs::path place = home / sha256_hex(path).substr(0, kNameLength);
    show(directory.get(), place);
    shown.emplace(path, place);
    places.insert(place);
  }
  std::error_code missing;
  for (const auto& entry : fs::directory_iterator(home, missing)) {
    if (places.contains(entry.path())) continue;
    unmount(entry.path());
    fs::remove(entry.path());
  }
  return shown;
}

void SharedMounts::unshare(const std::string& environment) const {
  std::error_code missing;
  for (const auto& application : fs::directory_iterator(directory_ / environment, missing)) {
    remove_shown(application.path());
  }
  remove_tree(directory_ / environment);
}

void SharedMounts::unshare_all_but(const std::set<std::string>& environments) const {
  std::error_code missing;
  for (const auto& environment : fs::directory_iterator(directory_, missing)) {
    if (!environments.contains(environment.path().filename())) unshare(environment.path().filename());
  }
}

}  // namespace penstock
