#include "runtime/shared_mounts.h"

#include "base/error.h"
#include "base/file.h"
#include "runtime/release.h"
#include "runtime/volumes/application_mounts.h"
#include "runtime/volumes/volume_pool.h"

#include <catch2/catch.hpp>

namespace penstock::test {

namespace {

namespace fs = std::filesystem;

// An application with one mount, whose data is shown.
class SharingFixture {
 public:
  SharingFixture() {
    config::Application application;
    application.name = "app";
    application.mounts["web/files"] = {.source = config::MountSource::Storage, .source_path = "files", .service = {}};
    release.environment.project = "proj";
    release.environment.name = "main";
    release.configuration.applications["app"] = application;
    release.components["app"].application = application;
  }
  ~SharingFixture() { shared.unshare_all_but({}); }

  fs::path share() {
    return shared.share("env", "app", ApplicationMounts(pool, release, {.component = "app"})).at("web/files");
  }
  fs::path files() { return pool.open(release.environment.key()) / "storage/app/files"; }

  TemporaryDirectory root;
  VolumePool pool{{.directory = root.path() / "pool", .kind = VolumePoolSettings::Kind::Copies}};
  SharedMounts shared{root.path() / "mounts"};
  Release release;
};

}  // namespace

TEST_CASE_METHOD(SharingFixture, "what an application writes is shown, and cannot be written to there") {
  const fs::path shown = share();
  replace_file(files() / "one.txt", "one");
  CHECK(read_file(shown / "one.txt") == "one");
  CHECK_THROWS_AS(replace_file(shown / "two.txt", "two"), SystemError);
  CHECK(share() == shown);
  CHECK(read_file(shown / "one.txt") == "one");
}

TEST_CASE_METHOD(SharingFixture, "a link in a mount leads nowhere") {
  const fs::path shown = share();
  replace_file(files() / "one.txt", "one");
  fs::create_symlink("one.txt", files() / "inside");
  fs::create_symlink("/etc/passwd", files() / "outside");
  CHECK_THROWS_AS(read_file(shown / "inside"), SystemError);
  CHECK_THROWS_AS(read_file(shown / "outside"), SystemError);
}

TEST_CASE_METHOD(SharingFixture, "data that was replaced is shown anew") {
  const fs::path shown = share();
  replace_file(files() / "one.txt", "one");
  fs::rename(files(), files().string() + ".old");
  CHECK(share() == shown);
  CHECK_FALSE(fs::exists(shown / "one.txt"));
}

TEST_CASE_METHOD(SharingFixture, "mounts that are no more, and environments, leave nothing behind") {
  const fs::path shown = share();
  release.components["app"].application.mounts.clear();
  CHECK(shared.share("env", "app", ApplicationMounts(pool, release, {.component = "app"})).empty());
  CHECK_FALSE(fs::exists(shown));
  shared.unshare_all_but({"env"});
  CHECK(fs::exists(root.path() / "mounts/env"));
  shared.unshare("env");
  CHECK_FALSE(fs::exists(root.path() / "mounts/env"));
  shared.unshare("env");
}

}  // namespace penstock::test
