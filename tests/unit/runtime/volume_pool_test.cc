#include "runtime/volumes/volume_pool.h"

#include "base/error.h"
#include "base/file.h"

#include <catch2/catch.hpp>

#include <fcntl.h>
#include <linux/btrfs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <fstream>

namespace {

namespace fs = std::filesystem;
using namespace penstock;
using Kind = VolumePoolSettings::Kind;

// A pool in a directory of its own, gone with all it made at the end.
struct PoolFixture {
  explicit PoolFixture(Kind pool_kind = Kind::LoopFile) : kind(pool_kind), pool(settings()) {}
  ~PoolFixture() { pool.close(); }

  VolumePoolSettings settings() const {
    return {.directory = root.path() / "volumes",
            .loop_file = root.path() / "volumes.btrfs",
            .loop_size = std::uint64_t{256} << 20,
            .kind = kind};
  }
  bool mounted() const {
    struct stat inside {};
    struct stat outside {};
    ::stat((root.path() / "volumes").c_str(), &inside);
    ::stat(root.path().c_str(), &outside);
    return inside.st_dev != outside.st_dev;
  }

  TemporaryDirectory root;
  Kind kind;
  VolumePool pool;
};

void write(const fs::path& path, const std::string& text) {
  std::ofstream(path) << text;
}

void make_subvolume(const fs::path& path) {
  btrfs_ioctl_vol_args arguments{};
  path.filename().string().copy(arguments.name, sizeof arguments.name - 1);
  const Fd parent(::open(path.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  REQUIRE(::ioctl(parent.get(), BTRFS_IOC_SUBVOL_CREATE, &arguments) == 0);
}

void behaves_as_a_pool(Kind kind) {
  PoolFixture fixture(kind);
  VolumePool& pool = fixture.pool;
  const fs::path live = pool.open("shop");
  write(live / "data", "before");

  SECTION("opening again gives the same data") {
    CHECK(read_file(pool.open("shop") / "data") == "before");
  }
  SECTION("restoring a snapshot takes back what was written and deleted after it") {
    pool.snapshot("shop", "d1");
    fs::remove(live / "data");
    write(live / "more", "after");
    CHECK(pool.restore("shop", "d1"));
    CHECK(read_file(live / "data") == "before");
    CHECK_FALSE(fs::exists(live / "more"));
    CHECK(pool.snapshots("shop").empty());
  }
  SECTION("a restored tree can be written to") {
    pool.snapshot("shop", "d1");
    pool.restore("shop", "d1");
    write(live / "data", "again");
    CHECK(read_file(live / "data") == "again");
  }
  SECTION("restoring twice does not take back what was written since") {
    pool.snapshot("shop", "d1");
    pool.restore("shop", "d1");
    write(live / "data", "again");
    CHECK_FALSE(pool.restore("shop", "d1"));
    CHECK(read_file(live / "data") == "again");
  }
  SECTION("a restore cut short by a crash is completed by the next one") {
    pool.snapshot("shop", "d1");
    write(live / "data", "after");
    pool.snapshot("shop", "half");  // what the crash left of the copy
    fs::rename(live.parent_path() / "snapshots/half", live.parent_path() / "restored");
    CHECK(pool.restore("shop", "d1"));
    CHECK(read_file(live / "data") == "before");
    CHECK_FALSE(fs::exists(live.parent_path() / "restored"));
  }
  SECTION("a snapshot of the same name is replaced") {
    pool.snapshot("shop", "d1");
    write(live / "data", "after");
    pool.snapshot("shop", "d1");
    pool.restore("shop", "d1");
    CHECK(read_file(live / "data") == "after");
  }
  SECTION("a discarded snapshot is gone") {
    pool.snapshot("shop", "d1");
    pool.discard("shop", "d1");
    pool.discard("shop", "d1");
    CHECK_FALSE(pool.restore("shop", "d1"));
  }
  SECTION("snapshots leave scratch directories out") {
    const fs::path scratch = pool.open_scratch("shop", "d1");
    write(scratch / "cache", "x");
    pool.snapshot("shop", "d1");
    pool.restore("shop", "d1");
    CHECK(read_file(scratch / "cache") == "x");
    CHECK(pool.scratches("shop") == std::vector<std::string>{"d1"});
    pool.discard_scratch("shop", "d1");
    CHECK(pool.scratches("shop").empty());
  }
  SECTION("removing an environment takes its data and snapshots") {
    pool.snapshot("shop", "d1");
    pool.open("blog");
    pool.remove("shop");
    pool.remove("shop");
    CHECK(pool.environments() == std::vector<std::string>{"blog"});
  }
  SECTION("what was kept becomes the data of another environment, which they do not share") {
    pool.keep("shop", "c1");
    write(live / "data", "after");
    const fs::path other = pool.open("blog");
    write(other / "own", "x");
    pool.replace("blog", {"shop", "c1", "shop"});
    CHECK(read_file(other / "data") == "before");
    CHECK_FALSE(fs::exists(other / "own"));
    write(other / "data", "of the other");
    CHECK(read_file(live / "data") == "after");
    CHECK(pool.kept("shop") == std::vector<std::string>{"c1"});
  }
  SECTION("of an environment without data, nothing is what is kept") {
    pool.keep("empty", "c1");
    pool.replace("shop", {"empty", "c1", "empty"});
    CHECK(fs::is_empty(live));
  }
  SECTION("replacing again after a crash at any moment leads to the same") {
    pool.keep("shop", "c1");
    const fs::path other = pool.open("blog");
    write(other / "own", "x");
    SECTION("a half-made copy") {
      pool.keep("blog", "half");
      fs::rename(other.parent_path() / "kept/half", other.parent_path() / "restored");
    }
    SECTION("already done") {
      pool.replace("blog", {"shop", "c1", "shop"});
    }
    pool.replace("blog", {"shop", "c1", "shop"});
    CHECK(read_file(other / "data") == "before");
    CHECK_FALSE(fs::exists(other.parent_path() / "restored"));
  }
  SECTION("what is kept outlives the environment's data, until it is forgotten") {
    pool.keep("shop", "b1");
    pool.remove("shop");
    CHECK_FALSE(pool.holds("shop"));
    CHECK(pool.kept("shop") == std::vector<std::string>{"b1"});
    pool.replace("shop", {"shop", "b1", "shop"});
    CHECK(read_file(live / "data") == "before");
    pool.forget("shop", "b1");
    pool.forget("shop", "b1");
    pool.remove("shop");
    CHECK(pool.environments().empty());
  }
  SECTION("data that was forgotten cannot be used, and nothing changes") {
    CHECK_THROWS_AS(pool.replace("shop", {"shop", "gone", "the backup gone"}), NotFound);
    CHECK(read_file(live / "data") == "before");
  }
  SECTION("owners and modes survive a restore") {
    REQUIRE(::chown((live / "data").c_str(), 10000, 10000) == 0);
    pool.snapshot("shop", "d1");
    pool.restore("shop", "d1");
    struct stat status {};
    REQUIRE(::stat((live / "data").c_str(), &status) == 0);
    CHECK(status.st_uid == 10000);
  }
}

}  // namespace

TEST_CASE("a pool on btrfs") {
  behaves_as_a_pool(Kind::LoopFile);
}

TEST_CASE("a pool of copies") {
  behaves_as_a_pool(Kind::Copies);
}

TEST_CASE("subvolumes inside of a volume do not keep it from being copied, restored and removed") {
  PoolFixture fixture;
  VolumePool& pool = fixture.pool;
  const fs::path live = pool.open("shop");
  for (const char* inner : {"one", "one/deep folder/two", "three"}) {
    fs::create_directories((live / inner).parent_path());
    make_subvolume(live / inner);
    write(live / inner / "data", "inner");
  }
  write(live / "data", "before");
  pool.snapshot("shop", "d1");
  write(live / "data", "after");
  SECTION("restored") {
    CHECK(pool.restore("shop", "d1"));
    CHECK(read_file(live / "data") == "before");
  }
  SECTION("discarded") {
    pool.discard("shop", "d1");
    CHECK(pool.snapshots("shop").empty());
  }
  pool.remove("shop");
  CHECK(pool.environments().empty());
}

TEST_CASE("a loop file stays mounted when its pool object goes, and comes back with its data after it was unmounted") {
  PoolFixture fixture;
  write(fixture.pool.open("shop") / "data", "kept");
  { VolumePool second(fixture.settings()); }
  CHECK(fixture.mounted());
  fixture.pool.close();
  CHECK_FALSE(fixture.mounted());
  VolumePool third(fixture.settings());
  CHECK(read_file(third.open("shop") / "data") == "kept");
}

TEST_CASE("devices and set-user-id programs on a loop file have no effect") {
  PoolFixture fixture;
  struct statvfs status {};
  REQUIRE(::statvfs((fixture.root.path() / "volumes").c_str(), &status) == 0);
  CHECK((status.f_flag & (ST_NODEV | ST_NOSUID)) == (ST_NODEV | ST_NOSUID));
}

TEST_CASE("a loop file that is nearly full is enlarged while it is in use, one that is not is left alone") {
  PoolFixture fixture;
  const fs::path live = fixture.pool.open("shop");
  const auto before = fs::space(live).capacity;
  fixture.pool.grow_when_needed();
  CHECK(fs::space(live).capacity == before);
  std::ofstream file(live / "data", std::ios::binary);
  for (int megabyte = 0; megabyte < 200; ++megabyte) file << std::string(1 << 20, static_cast<char>(megabyte));
  file.close();
  fixture.pool.flush();
  fixture.pool.grow_when_needed();
  CHECK(fs::space(live).capacity == before + before / 2);
  write(live / "more", std::string(100 << 20, 'x'));
  CHECK(fs::file_size(live / "more") == 100 << 20);
}

TEST_CASE("a pool that began with copies is not hidden by a loop file later") {
  PoolFixture fixture(Kind::Copies);
  write(fixture.pool.open("shop") / "data", "kept");
  VolumePoolSettings settings = fixture.settings();
  settings.kind = Kind::Best;
  VolumePool again(settings);
  CHECK(read_file(again.open("shop") / "data") == "kept");
}
