#include "base/error.h"
#include "base/synchronized.h"
#include "support/eventually.h"
#include "test_engine.h"

#include <catch2/catch.hpp>

#include <condition_variable>
#include <csignal>
#include <deque>

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

// What an engine tells of containers that end.
class Ends {
 public:
  explicit Ends(TestEngine& engine) : engine_(engine) {
    engine_->on_end([this](const std::string& id) {
      ids_.lock()->push_back(id);
      changed_.notify_one();
    });
  }
  ~Ends() { engine_->on_end({}); }

  // Waits for one; empty when none comes.
  std::string next() {
    auto ids = ids_.lock();
    if (!changed_.wait_for(ids.unique_lock(), kLong, [&] { return !ids->empty(); })) return "";
    std::string id = ids->front();
    ids->pop_front();
    return id;
  }

 private:
  TestEngine& engine_;
  Synchronized<std::deque<std::string>> ids_;
  std::condition_variable changed_;
};

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

TEST_CASE("a container that is killed is told of, and how it ended") {
  TestEngine engine;
  const auto spec = TestEngine::shell("exec sleep 1000");
  engine->create(spec);
  Ends ends(engine);
  engine->start(spec.id);
  engine.kill(spec.id, "process");
  CHECK(ends.next() == spec.id);
  CHECK(engine->find(spec.id)->exit_status->signal == SIGKILL);
  CHECK_FALSE(engine->find(spec.id)->running);
}

TEST_CASE("a container that ended while there was no engine is told of") {
  TestEngine engine;
  const auto spec = TestEngine::shell("exit 3");
  engine->create(spec);
  engine->start(spec.id);
  REQUIRE(engine->wait(spec.id, kLong));
  engine.restart();
  Ends ends(engine);
  CHECK(ends.next() == spec.id);
}

TEST_CASE("a container that is stopped or removed is not told of") {
  TestEngine engine;
  Ends ends(engine);
  for (const char* end : {"stop", "remove", "kill"}) {
    const auto spec = TestEngine::shell("exec sleep 1000");
    engine->create(spec);
    engine->start(spec.id);
    if (end == std::string("stop")) engine->stop(spec.id, std::chrono::milliseconds(0));
    if (end == std::string("remove")) engine->remove(spec.id);
    if (end == std::string("kill")) {
      engine.kill(spec.id, "process");
      CHECK(ends.next() == spec.id);
    }
  }
}

TEST_CASE("a container whose monitor is killed does not run any more") {
  TestEngine engine;
  const auto spec = TestEngine::shell("exec sleep 1000");
  engine->create(spec);
  Ends ends(engine);
  engine->start(spec.id);
  engine.kill(spec.id, "monitor");
  CHECK(ends.next() == spec.id);
  CHECK_FALSE(engine->find(spec.id)->running);
}

TEST_CASE("a container whose process and monitor are killed does not run, whoever asks") {
  TestEngine engine;
  const auto spec = TestEngine::shell("exec sleep 1000");
  engine->create(spec);
  engine->start(spec.id);
  engine.kill(spec.id, "monitor");
  engine.kill(spec.id, "process");
  engine.restart();
  CHECK_FALSE(engine->find(spec.id)->running);
  CHECK(engine->find(spec.id)->exit_status->signal == SIGKILL);
}

TEST_CASE("a container that has ended is made again with its address, its log and what it is allowed") {
  TestEngine engine;
  const auto spec = supervised("echo prepared", "exec sleep 1000");
  const Instance first = engine->create(spec);
  const auto other = TestEngine::shell("exec sleep 1000");
  engine->create(other);
  engine->allow(other.id, {.id = spec.id, .port = 8000});
  engine->start(spec.id);
  REQUIRE(eventually([&] { return engine->find(spec.id)->supervisor->starts == 1; }));
  CHECK_THROWS_AS(engine->recreate(spec), Conflict);
  engine.kill(spec.id, "process");
  REQUIRE(engine->wait(spec.id, kLong));
  const Instance again = engine->recreate(spec);
  CHECK(again.address == first.address);
  CHECK(engine->find(spec.id)->supervisor->starts == 0);
  engine->start(spec.id);
  REQUIRE(eventually([&] { return engine->find(spec.id)->supervisor->starts == 1; }));
  CHECK(engine->tail(spec.id, 10) ==
        std::vector<std::string>{"prepared", "penstock: the container ended with signal 9 (Killed); it starts again",
                                 "prepared"});
  CHECK(engine.allowed() == 1);
}

TEST_CASE("a container that ran out of memory says so") {
  TestEngine engine;
  auto spec = TestEngine::spec({"/usr/bin/perl", "-e", "push @all, 'x' x 1048576 while 1"});
  spec.limits.memory_bytes = std::uint64_t{48} << 20;
  engine->create(spec);
  engine->start(spec.id);
  REQUIRE(engine->wait(spec.id, kLong));
  CHECK(engine->find(spec.id)->out_of_memory);
  engine->recreate(spec);
  CHECK(engine->tail(spec.id, 1).at(0) ==
        "penstock: the container ended with signal 9 (Killed), out of memory; it starts again");
  CHECK_FALSE(engine->find(spec.id)->out_of_memory);
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
  CHECK(engine->find("half")->half_made);
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
