#include "base/error.h"
#include "support/eventually.h"
#include "test_engine.h"

#include <catch2/catch.hpp>

#include <csignal>

namespace fs = std::filesystem;

namespace penstock::test {
namespace {

constexpr std::chrono::seconds kLong{20};

ContainerSpec supervised(const std::string& pre_start, const std::string& start) {
  ContainerSpec spec = TestEngine::spec({});
  spec.supervised = true;
  spec.environment = {"PLATFORM_PRE_APP_COMMAND=" + pre_start, "PLATFORM_APP_COMMAND=" + start};
  return spec;
}

}  // namespace

TEST_CASE("a created container does not run until it is started") {
  TestEngine engine;
  const auto spec = TestEngine::shell("echo ran; exec sleep 1000");
  const Instance instance = engine->create(spec);
  CHECK_FALSE(instance.address.empty());
  CHECK_FALSE(engine->find(spec.id)->running);
  CHECK(engine->tail(spec.id, 10).empty());
  engine->start(spec.id);
  CHECK(engine->find(spec.id)->running);
  CHECK(eventually([&] { return engine->tail(spec.id, 10) == std::vector<std::string>{"ran"}; }));
}

TEST_CASE("a second container with the same id is refused and does not harm the first") {
  TestEngine engine;
  const auto spec = TestEngine::shell("exec sleep 1000");
  engine->create(spec);
  CHECK_THROWS_AS(engine->create(spec), Conflict);
  engine->start(spec.id);
  CHECK(engine->find(spec.id)->running);
}

TEST_CASE("a container is asked to end before it is killed") {
  TestEngine engine;
  const auto polite = TestEngine::shell("trap 'echo bye; exit 5' TERM; echo ready; while :; do sleep 0.01; done");
  engine->create(polite);
  engine->start(polite.id);
  REQUIRE(eventually([&] { return !engine->tail(polite.id, 1).empty(); }));
  CHECK(engine->stop(polite.id, kLong).code == 5);
  CHECK(engine->tail(polite.id, 1) == std::vector<std::string>{"bye"});
  CHECK(engine->stop(polite.id, kLong).code == 5);
}

TEST_CASE("a container that does not end when asked is killed after its grace") {
  TestEngine engine;
  const auto spec = TestEngine::shell("trap '' TERM; echo ready; while :; do sleep 0.01; done");
  engine->create(spec);
  engine->start(spec.id);
  REQUIRE(eventually([&] { return !engine->tail(spec.id, 1).empty(); }));
  CHECK(engine->stop(spec.id, std::chrono::milliseconds(50)).signal == SIGKILL);
}

TEST_CASE("how a container ended is known") {
  TestEngine engine;
  const auto spec = TestEngine::shell("exit 7");
  engine->create(spec);
  engine->start(spec.id);
  CHECK(engine->wait(spec.id, kLong)->code == 7);
  CHECK(engine->find(spec.id)->exit_status->code == 7);
  CHECK_FALSE(engine->find(spec.id)->running);
}

TEST_CASE("a new engine finds the containers that another left running") {
  TestEngine engine;
  auto spec = TestEngine::shell("trap 'exit 4' TERM; echo ready; while :; do sleep 0.01; done");
  spec.labels = {{"project", "p1"}, {"app", "web"}};
  const Instance instance = engine->create(spec);
  engine->start(spec.id);
  REQUIRE(eventually([&] { return !engine->tail(spec.id, 1).empty(); }));
  engine.restart();
  const auto found = engine->list();
  REQUIRE(found.size() == 1);
  CHECK(found[0].id == spec.id);
  CHECK(found[0].running);
  CHECK(found[0].address == instance.address);
  CHECK(found[0].labels == spec.labels);
  CHECK(engine.exec(spec.id, "echo inside").out == "inside\n");
  CHECK(engine->stop(spec.id, kLong).code == 4);
}

TEST_CASE("a removed container leaves nothing behind, and removing it again is fine") {
  TestEngine engine;
  const auto spec = TestEngine::shell("exec sleep 1000");
  engine->create(spec);
  engine->start(spec.id);
  engine->remove(spec.id);
  engine->remove(spec.id);
  CHECK_FALSE(engine->find(spec.id));
  CHECK(eventually([&] { return engine.traces().empty(); }));
}

TEST_CASE("a container whose making was cut short can be found and removed") {
  TestEngine engine;
  fs::create_directory(engine.settings().directory / "half");
  CHECK(engine->list().size() == 1);
  CHECK_FALSE(engine->find("half")->running);
  engine->remove("half");
  CHECK(engine->list().empty());
}

TEST_CASE("a container that cannot be made leaves nothing behind") {
  TestEngine engine;
  CHECK_THROWS_AS(engine->create(TestEngine::spec({"/no/such/program"})), Error);
  CHECK(engine->list().empty());
  CHECK(eventually([&] { return engine.traces().empty(); }));
}

TEST_CASE("unknown containers are not found") {
  TestEngine engine;
  CHECK_FALSE(engine->find("nobody"));
  CHECK_THROWS_AS(engine->start("nobody"), NotFound);
  CHECK_THROWS_AS(engine->stop("nobody", kLong), NotFound);
}

TEST_CASE("a further process sees the container from inside and has its limits") {
  TestEngine engine;
  const auto spec = TestEngine::shell("echo ready >/tmp/flag; exec sleep 1000");
  engine->create(spec);
  engine->start(spec.id);
  REQUIRE(eventually([&] { return engine.exec(spec.id, "cat /tmp/flag").out == "ready\n"; }));
  const auto outcome = engine.exec(spec.id, "id -u; grep CapBnd /proc/self/status; cat /proc/self/cgroup; exit 9");
  CHECK_THAT(outcome.out, Catch::StartsWith("10000\nCapBnd:\t0000000000000000\n"));
  CHECK_THAT(outcome.out, Catch::Contains("penstock-" + engine.settings().prefix + "/" + spec.id + "/exec-"));
  CHECK(outcome.status.code == 9);
}

TEST_CASE("a further process that is cancelled is gone, the container goes on") {
  TestEngine engine;
  const auto spec = TestEngine::shell("exec sleep 1000");
  engine->create(spec);
  engine->start(spec.id);
  CapturingSink sink;
  CHECK_THROWS_AS(engine->exec(spec.id, {.argv = {"/bin/sh", "-c", "setsid sleep 777 & sleep 777"}, .environment = {}},
                               {.out = sink, .err = sink, .timeout = std::chrono::milliseconds(200), .stop = {}}),
                  Error);
  CHECK(engine->find(spec.id)->running);
  CHECK_THAT(engine.exec(spec.id, "cat /proc/[0-9]*/cmdline | tr '\\0' ' '").out, !Catch::Contains("777"));
}

TEST_CASE("the log of a container stays within its bound") {
  TestEngine engine;
  const auto spec = TestEngine::shell("seq 1 100000; echo last");
  engine->create(spec);
  engine->start(spec.id);
  REQUIRE(engine->wait(spec.id, kLong));
  CHECK(fs::file_size(engine->log_path(spec.id)) <= engine.settings().log_size_max + 4096);
  CHECK(engine->tail(spec.id, 1) == std::vector<std::string>{"last"});
}

TEST_CASE("a supervised application is started again whenever it ends") {
  TestEngine engine;
  const auto spec = supervised("echo prepared", "echo started; exit 3");
  engine->create(spec);
  engine->start(spec.id);
  CHECK(eventually([&] { return engine->find(spec.id)->supervisor->starts >= 3; }));
  CHECK(engine->find(spec.id)->supervisor->pre_start_done);
  CHECK(engine->find(spec.id)->supervisor->last_exit->code == 3);
  CHECK(engine->tail(spec.id, 1000).front() == "prepared");
}

TEST_CASE("a supervised application gets SIGTERM, also behind its shell") {
  TestEngine engine;
  const auto spec = supervised("", "sh -c 'trap \"echo bye; exit 0\" TERM; echo ready; while :; do sleep 0.01; done'");
  engine->create(spec);
  engine->start(spec.id);
  REQUIRE(eventually([&] { return !engine->tail(spec.id, 1).empty(); }));
  engine->stop(spec.id, kLong);
  CHECK_THAT(engine->tail(spec.id, 10), Catch::VectorContains(std::string("bye")));
}

TEST_CASE("a failing pre_start ends a supervised container with its status") {
  TestEngine engine;
  const auto spec = supervised("exit 6", "echo never");
  engine->create(spec);
  engine->start(spec.id);
  CHECK(engine->wait(spec.id, kLong)->code == 6);
  CHECK_FALSE(engine->find(spec.id)->supervisor->pre_start_done);
}

}  // namespace penstock::test
