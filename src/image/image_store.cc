// On disk:
//   <digest>/rootfs, <digest>/manifest.json   an image, complete since it has this name
//   names/<type>-<version>-<key>              holds the digest; the key stands for the recipe, so that an image is made
//                                             anew when the catalogue changes
//   locks/<type>-<version>                    held while it is made
//   building/<type>-<version>/                by whoever holds the lock
#include "image/image_store.h"

#include "base/clock.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/file.h"
#include "base/file_lock.h"
#include "base/json.h"
#include "image/debian_image.h"
#include "image/debian_sources.h"

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

namespace fs = std::filesystem;

namespace penstock {
namespace {

// Raised when images made by older versions should not be used any more.
constexpr const char* kFormat = "1";
constexpr const char* kPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
// What every image has, and the name under which that is kept for them all to begin with.
constexpr const char* kBaseName = "base";
const std::vector<std::string> kCommonPackages{"dash", "ca-certificates", "git", "curl"};

std::string listing(const std::map<std::string, std::vector<std::string>>& available) {
  std::string text;
  for (const auto& [type, versions] : available) {
    for (const std::string& version : versions) {
      text += fmt::format("{}{}:{}", text.empty() ? "" : ", ", type, version);
    }
  }
  return text;
}

void sync_file_system_of(const fs::path& path) {
  const Fd directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory || ::syncfs(directory.get()) != 0) throw SystemError("sync " + path.string());
}

}  // namespace

// What an image is made from.
struct ImageStore::Recipe {
  std::string name;
  std::vector<std::string> packages;
  std::map<std::string, std::string> files;

  std::string slug() const {
    std::string text = name;
    std::replace(text.begin(), text.end(), ':', '-');
    return text;
  }
  std::string key() const {
    Sha256 hash;
    hash.field(kFormat).field(kDebianRelease);
    for (const std::string& package : kCommonPackages) hash.field(package);
    for (const std::string& package : packages) hash.field(package);
    for (const auto& [path, content] : files) hash.field(path).field(content);
    return hash.hex().substr(0, 16);
  }
  std::string file_name() const { return slug() + "-" + key(); }
};

struct ImageStore::Work {
  OutputSink& progress;
  std::stop_token stop;
};

ImageStore::ImageStore(fs::path directory, Catalogue catalogue)
    : directory_(std::move(directory)), catalogue_(std::move(catalogue)) {
  for (const char* name : {"names", "locks", "building"}) fs::create_directories(directory_ / name);
}

Image ImageStore::resolve(const std::string& name, OutputSink& progress, std::stop_token stop) {
  const Recipe recipe = recipe_of(name);
  if (std::optional<Image> image = find(recipe)) return std::move(*image);
  return make(recipe, {.progress = progress, .stop = std::move(stop)});
}

std::optional<Image> ImageStore::find(const std::string& name) const {
  return find(recipe_of(name));
}

ImageStore::Recipe ImageStore::recipe_of(const std::string& name) const {
  const std::optional<ImageSource> source = catalogue_.find(name);
  if (!source) throw UserError(fmt::format("there is no image {}; available: {}", name, listing(available())));
  if (!source->oci_reference.empty()) {
    throw UserError(
        fmt::format("cannot use {}: images of registries ({}) are not available yet", name, source->oci_reference));
  }
  std::vector<std::string> packages = source->debian_packages;
  std::sort(packages.begin(), packages.end());
  return {.name = name, .packages = std::move(packages), .files = source->files};
}

std::optional<Image> ImageStore::find(const Recipe& recipe) const {
  const fs::path file = directory_ / "names" / recipe.file_name();
  if (!fs::exists(file)) return std::nullopt;
  const std::string digest = read_file(file);
  const fs::path rootfs = directory_ / digest / "rootfs";
  if (!fs::exists(rootfs)) return std::nullopt;
  return Image{.name = recipe.name, .digest = "sha256:" + digest, .rootfs = rootfs, .path = kPath};
}

Image ImageStore::make(const Recipe& recipe, const Work& work) {
  const FileLock lock(
      directory_ / "locks" / recipe.slug(),
      [&] { work.progress.line("  Waiting for image " + recipe.name + ", which is being made"); }, work.stop);
  if (std::optional<Image> image = find(recipe)) return std::move(*image);
  write_file_durably(directory_ / "names" / recipe.file_name(), build(recipe, work));
  return find(recipe).value();
}

// An image is what all images begin with, and the packages of its own on top.
std::string ImageStore::build(const Recipe& recipe, const Work& work) {
  const bool is_base = recipe.name == kBaseName;
  const fs::path base =
      is_base ? fs::path() : make({.name = kBaseName, .packages = kCommonPackages, .files = {}}, work).rootfs;
  if (!is_base && recipe.packages.empty() && recipe.files.empty()) return base.parent_path().filename();
  const Stopwatch watch;
  work.progress.line("  Making image " + recipe.name + " from Debian packages; this happens once");
  const fs::path building = directory_ / "building" / recipe.slug();
  remove_tree(building);
  fs::create_directories(building);
  DebianImage{.packages = recipe.packages,
              .files = recipe.files,
              .base = base,
              .root = building / "rootfs",
              .progress = work.progress,
              .stop = work.stop}
      .build();
  std::string digest = publish(recipe, building);
  work.progress.line(fmt::format("  Made image {} in {}", recipe.name, human_duration(watch.elapsed())));
  return digest;
}

std::string ImageStore::publish(const Recipe& recipe, const fs::path& building) const {
  const std::vector<std::string> packages = installed_packages(building / "rootfs");
  Sha256 hash;
  hash.field(kFormat).field("debian").field(kDebianRelease);
  for (const std::string& package : packages) hash.field(package);
  for (const auto& [path, content] : recipe.files) hash.field(path).field(content);
  std::string digest = hash.hex();
  const Json manifest = {{"format", kFormat},
                         {"name", recipe.name},
                         {"digest", "sha256:" + digest},
                         {"created_at", iso8601(wall_now())},
                         {"provider", {{"debian", {{"release", kDebianRelease}, {"packages", recipe.packages}}}}},
                         {"packages", packages}};
  replace_file(building / "manifest.json", manifest.dump(2) + "\n");
  sync_file_system_of(building);
  // Another recipe may have led to the same content.
  if (!fs::exists(directory_ / digest)) {
    fs::rename(building, directory_ / digest);
    fsync_directory(directory_);
  }
  remove_tree(building);
  return digest;
}

}  // namespace penstock
