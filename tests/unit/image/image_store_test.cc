#include "image/image_store.h"

#include "base/error.h"
#include "base/file.h"
#include "base/json.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <sys/stat.h>

#include <fstream>

namespace fs = std::filesystem;

namespace penstock::test {
namespace {

// Shared with all tests of the machine: an image takes half a minute to make.
Image static_image() {
  CapturingSink progress;
  return ImageStore("/var/cache/penstock/images", Catalogue::builtin()).resolve("static:1", progress);
}

// Locks and directories of the tools do not count.
bool anything_in(const fs::path& directory) {
  if (!fs::exists(directory)) return false;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(directory)) {
    if (entry.is_regular_file() && entry.file_size() > 0) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("an image has what containers need") {
  const Image image = static_image();
  CHECK(image.name == "static:1");
  CHECK(image.digest.starts_with("sha256:"));
  for (const char* program : {"dash", "git", "curl"}) CHECK(fs::exists(image.rootfs / "usr/bin" / program));
  for (const char* directory : {"app", "mnt", "run", "tmp", "proc", "sys", "dev"}) {
    CHECK(fs::is_directory(image.rootfs / directory));
  }
  for (const char* file : {"etc/hosts", "etc/hostname", "etc/resolv.conf", "etc/ssl/certs/ca-certificates.crt"}) {
    CHECK(fs::is_regular_file(fs::symlink_status(image.rootfs / file)));
  }
  CHECK(fs::read_symlink(image.rootfs / "bin/sh") == "dash");
  CHECK_THAT(read_file(image.rootfs / "etc/passwd"), Catch::Contains("\napp:x:10000:10000::/app:"));
}

TEST_CASE("an image keeps no traces of its making") {
  const Image image = static_image();
  CHECK_FALSE(anything_in(image.rootfs / "var/lib/apt/lists"));
  CHECK_FALSE(anything_in(image.rootfs / "var/cache/apt/archives"));
  CHECK_FALSE(anything_in(image.rootfs / "tmp"));
  CHECK_FALSE(fs::exists(image.rootfs / "usr/sbin/policy-rc.d"));
}

TEST_CASE("an image says what it is made of") {
  const Image image = static_image();
  const Json manifest = Json::parse(read_file(image.rootfs.parent_path() / "manifest.json"));
  CHECK(manifest.at("digest") == image.digest);
  CHECK(manifest.at("packages").size() > 50);
}

TEST_CASE("an image that is there is found without a word") {
  static_image();
  CapturingSink progress;
  ImageStore store("/var/cache/penstock/images", Catalogue::builtin());
  CHECK(store.resolve("static:1", progress).digest == static_image().digest);
  CHECK(store.find("static:1")->digest == static_image().digest);
  CHECK(progress.text().empty());
}

TEST_CASE("an unknown image is refused with a list of those there are") {
  const TemporaryDirectory directory;
  ImageStore store(directory.path(), Catalogue::builtin());
  CapturingSink progress;
  CHECK_THROWS_WITH(store.resolve("nodejs:99", progress), Catch::Contains("nodejs:99") && Catch::Contains("nodejs:18"));
  CHECK_THROWS_AS(store.resolve("nodejs:99", progress), UserError);
}

TEST_CASE("an image of a registry is refused as not available yet") {
  const TemporaryDirectory directory;
  ImageStore store(directory.path(), Catalogue::parse("nodejs: {'22': {oci: 'docker.io/library/node:22'}}"));
  CapturingSink progress;
  CHECK_THROWS_WITH(store.resolve("nodejs:22", progress), Catch::Contains("not available yet"));
}

TEST_CASE("an image that cannot be made is not found afterwards") {
  const TemporaryDirectory directory;
  ImageStore store(directory.path(), Catalogue::builtin());
  CapturingSink progress;
  std::stop_source cancelled;
  cancelled.request_stop();
  CHECK_THROWS_AS(store.resolve("static:1", progress, cancelled.get_token()), Cancelled);
  CHECK_FALSE(store.find("static:1"));
}

TEST_CASE("an image directory that holds only a name has no image") {
  const TemporaryDirectory directory;
  const ImageStore store(directory.path(), Catalogue::builtin());
  for (const fs::directory_entry& name : fs::directory_iterator("/var/cache/penstock/images/names")) {
    fs::copy_file(name.path(), directory.path() / "names" / name.path().filename());
  }
  CHECK_FALSE(store.find("static:1"));
}

}  // namespace penstock::test
