#include "base/clock.h"
#include "base/error.h"
#include "support/eventually.h"
#include "test_engine.h"

#include <catch2/catch.hpp>
#include <fmt/core.h>

#include <fcntl.h>
#include <linux/btrfs.h>
#include <linux/fs.h>
#include <sys/ioctl.h>

namespace penstock::test {
namespace {

// Asks to stop as soon as something was written.
class StoppingSink : public OutputSink {
 public:
  void write(std::string_view) override { source.request_stop(); }
  std::stop_source source;
};

}  // namespace

TEST_CASE("a command's streams are kept apart and its status is returned") {
  TestEngine engine;
  const auto outcome = engine.run("echo to out; echo to err >&2; exit 3");
  CHECK(outcome.status.code == 3);
  CHECK(outcome.out == "to out\n");
  CHECK(outcome.err == "to err\n");
}

TEST_CASE("a container that has run leaves nothing behind") {
  TestEngine engine;
  engine.run("true");
  CHECK(engine->list().empty());
  CHECK(eventually([&] { return engine.traces().empty(); }));
}

TEST_CASE("a command that does not exist is an error that names it") {
  TestEngine engine;
  CHECK_THROWS_WITH(engine.run(TestEngine::spec({"/no/such/program"})), Catch::Contains("/no/such/program"));
}

TEST_CASE("a cancelled command is killed with all its children and leaves nothing behind") {
  TestEngine engine;
  StoppingSink sink;
  const auto spec = TestEngine::shell("setsid sleep 1000 & (sleep 1000 &) ; echo started; sleep 1000");
  CHECK_THROWS_AS(engine->run(spec, {.out = sink, .err = sink, .timeout = {}, .stop = sink.source.get_token()}),
                  Cancelled);
  CHECK(engine->list().empty());
  CHECK(eventually([&] { return engine.traces().empty(); }));
}

TEST_CASE("a run that is cancelled before it begins leaves nothing behind") {
  TestEngine engine;
  std::stop_source source;
  source.request_stop();
  CapturingSink sink;
  CHECK_THROWS_AS(engine->run(TestEngine::shell("sleep 1000"),
                              {.out = sink, .err = sink, .timeout = {}, .stop = source.get_token()}),
                  Cancelled);
  CHECK(eventually([&] { return engine.traces().empty(); }));
}

TEST_CASE("a command that takes too long is killed") {
  TestEngine engine;
  CapturingSink sink;
  CHECK_THROWS_WITH(engine->run(TestEngine::shell("sleep 1000"),
                                {.out = sink, .err = sink, .timeout = std::chrono::milliseconds(300), .stop = {}}),
                    Catch::Contains("did not end within"));
  CHECK(eventually([&] { return engine.traces().empty(); }));
}

TEST_CASE("output arrives while the command runs") {
  TestEngine engine;
  StoppingSink sink;
  const auto spec = TestEngine::shell("echo first; sleep 1000");
  // Would never return if the first line came only with the end.
  CHECK_THROWS_AS(engine->run(spec, {.out = sink, .err = sink, .timeout = {}, .stop = sink.source.get_token()}),
                  Cancelled);
}

TEST_CASE("a container runs without privileges, as its own user, on a root it cannot change") {
  TestEngine engine;
  const auto outcome = engine.run(
      "id -u; id -g; grep -E 'Cap(Eff|Bnd|Prm|Amb)|NoNewPrivs|Seccomp:' /proc/self/status; touch /etc/x; touch /x");
  CHECK(outcome.out ==
        "10000\n10000\nCapPrm:\t0000000000000000\nCapEff:\t0000000000000000\nCapBnd:\t0000000000000000\n"
        "CapAmb:\t0000000000000000\nNoNewPrivs:\t1\nSeccomp:\t2\n");
  CHECK_THAT(outcome.err,
             Catch::Contains("'/etc/x': Read-only file system") && Catch::Contains("'/x': Read-only file system"));
}

TEST_CASE("system calls that lead out of a container are refused") {
  TestEngine engine;
  CHECK_FALSE(engine.run("unshare --user true").status.success());
  CHECK_FALSE(engine.run("mount -t tmpfs none /tmp").status.success());
  CHECK_FALSE(engine.run("cat /proc/kcore >/dev/null").status.success());
  CHECK_FALSE(engine.run("echo 1 >/proc/sys/kernel/panic").status.success());
}

TEST_CASE("a container shares blocks of files but makes no subvolumes") {
  TestEngine engine;
  // Says which error a device command gets; where there is no btrfs, ENOSYS is only the filter's.
  const auto error_of = [&](unsigned long command) {
    return engine
        .run(fmt::format("perl -MFcntl -e 'sysopen F, q(/tmp), O_RDONLY; ioctl F, {}, $_ = q(x) x 4096; print $!+0'",
                         command))
        .out;
  };
  CHECK(error_of(BTRFS_IOC_SUBVOL_CREATE) == std::to_string(ENOSYS));
  CHECK(error_of(BTRFS_IOC_SNAP_CREATE_V2) == std::to_string(ENOSYS));
  CHECK(error_of(FICLONE) != std::to_string(ENOSYS));
  CHECK(error_of(FIONREAD) != std::to_string(ENOSYS));
}

TEST_CASE("only what is mounted writable can be written") {
  TestEngine engine;
  const TemporaryDirectory app;
  const TemporaryDirectory data;
  for (const auto* directory : {&app, &data}) REQUIRE(::chown(directory->path().c_str(), kAppUid, kAppGid) == 0);
  ContainerSpec spec =
      TestEngine::shell("pwd; echo built >result; touch /mnt/data/x; touch /tmp/y /tmp/cache/z; ls /tmp");
  const TemporaryDirectory cache;
  REQUIRE(::chown(cache.path().c_str(), kAppUid, kAppGid) == 0);
  spec.mounts = {Mount::bind(app.path(), "/app"), Mount::read_only_bind(data.path(), "/mnt/data"),
                 Mount::bind(cache.path(), "/tmp/cache")};
  const auto outcome = engine.run(spec);
  CHECK(outcome.out == "/app\ncache\ny\n");
  CHECK(read_file(app.path() / "result") == "built\n");
  CHECK(std::filesystem::exists(cache.path() / "z"));
  CHECK_THAT(outcome.err, Catch::Contains("Read-only file system"));
}

TEST_CASE("an open directory can be mounted, whatever has taken its name since") {
  TestEngine engine;
  const TemporaryDirectory parent;
  std::filesystem::create_directory(parent.path() / "meant");
  replace_file(parent.path() / "meant/file", "right\n");
  const Fd meant(::open((parent.path() / "meant").c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  std::filesystem::rename(parent.path() / "meant", parent.path() / "moved");
  std::filesystem::create_directory_symlink("/etc", parent.path() / "meant");
  ContainerSpec spec = TestEngine::shell("cat /mnt/data/file; exec sleep 1000");
  spec.mounts = {
      Mount::bind("/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(meant.get()), "/mnt/data")};
  engine->create(spec);
  engine->start(spec.id);
  CHECK(eventually([&] { return engine->tail(spec.id, 1) == std::vector<std::string>{"right"}; }));
}

TEST_CASE("a mount point that the image lacks is refused, not made in the image") {
  TestEngine engine;
  ContainerSpec spec = TestEngine::shell("true");
  spec.mounts = {Mount::bind("/tmp", "/nowhere")};
  CHECK_THROWS_WITH(engine.run(spec), Catch::Contains("/nowhere"));
  CHECK_FALSE(std::filesystem::exists(static_image().rootfs / "nowhere"));
}

TEST_CASE("a container that uses too much memory is killed") {
  TestEngine engine;
  ContainerSpec spec = TestEngine::shell("tail /dev/zero");
  spec.limits.memory_bytes = 32 << 20;
  CHECK_FALSE(engine.run(spec).status.success());
}

TEST_CASE("a container cannot have more processes than its limit") {
  TestEngine engine;
  ContainerSpec spec =
      TestEngine::shell("for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do sleep 10 & done");
  spec.limits.pids = 10;
  const auto outcome = engine.run(spec);
  CHECK_THAT(outcome.err, Catch::Contains("annot fork"));
}

TEST_CASE("the environment of a container is the one given") {
  TestEngine engine;
  ContainerSpec spec = TestEngine::spec({"/usr/bin/env"});
  spec.environment = {"A=1", "PATH=/bin", "HOME=/nowhere"};
  CHECK(engine.run(spec).out == "A=1\nPATH=/bin\nHOME=/nowhere\n");
}

}  // namespace penstock::test
