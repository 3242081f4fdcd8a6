#include "runtime/environment_containers.h"
#include "unit/runtime/deployer_fixture.h"

#include <catch2/catch.hpp>

#include <algorithm>

namespace {

using namespace penstock;
using penstock::test::DeployerFixture;
using penstock::test::FakeEngine;

// An application with a worker, deployed once.
struct WorkersFixture : DeployerFixture {
  WorkersFixture() {
    configuration.applications["app"].hooks.deploy = "migrate";
    configuration.applications["app"].workers["queue"].commands.start = "work";
    REQUIRE(deploy("d1").success());
    machine.lock()->events.clear();
    life->output.before = [](const std::string&) {};
  }

  bool happened(const std::string& event) {
    auto lock = machine.lock();
    return std::find(lock->events.begin(), lock->events.end(), event) != lock->events.end();
  }
  // What the worker of d2 has done when it is looked at.
  void worker_does(const SupervisorState& state) {
    life->engine.on_start = [state](FakeEngine::Container& container) {
      FakeEngine::listen(container);
      const bool of_d2 = container.spec.labels.at("release") == "d2";
      if (of_d2 && container.spec.labels.contains("worker")) container.supervisor = state;
    };
  }
};

}  // namespace

TEST_CASE_METHOD(WorkersFixture, "workers start with their application and end with it") {
  CHECK(container_ids() == std::set<std::string>{"d1-app", "d1-app--queue"});
  REQUIRE(deploy("d2").success());
  CHECK(container_ids() == std::set<std::string>{"d2-app", "d2-app--queue"});
  CHECK(happened("stop d1-app--queue"));
  CHECK_THAT(life->output.text(), Catch::Contains("  Closing services app and app--queue\n"
                                                  "  Opening application app and its relationships\n"
                                                  "  Opening worker app--queue and its relationships\n"));
  CHECK_THAT(life->output.text(), Catch::Contains("    app--queue (type: static:1, cpu: 1, memory: 512)\n"));
}

TEST_CASE_METHOD(WorkersFixture, "no request goes to a worker, and no deploy hook runs in it") {
  REQUIRE(deploy("d2").success());
  CHECK(router.table().at(environment.key()).at("upstreams").size() == 1);
  CHECK(router.table().at(environment.key()).at("upstreams").at("app").at("addresses").size() == 1);
  CHECK_FALSE(happened("exec d2-app--queue"));
}

TEST_CASE_METHOD(WorkersFixture, "a worker that ends again and again fails the deployment after the time limit") {
  worker_does({.pre_start_done = true, .starts = 6, .last_exit = ExitStatus{.code = 3}, .running_since = {}});
  const DeployResult result = deploy("d2");
  CHECK(result.failure ==
        "worker app--queue did not start: its start command ended 6 times, the last time with status code 3");
  CHECK(served() == "d1");
}

TEST_CASE_METHOD(WorkersFixture, "a worker may have failed before the deploy hook had run") {
  worker_does({.pre_start_done = true,
               .starts = 2,
               .last_exit = ExitStatus{.code = 3},
               .running_since = SteadyClock::now() - std::chrono::minutes(1)});
  CHECK(deploy("d2").success());
}

TEST_CASE_METHOD(WorkersFixture, "a worker that has ended with 0 is fine") {
  worker_does({.pre_start_done = true, .starts = 2, .last_exit = ExitStatus{}, .running_since = {}});
  CHECK(deploy("d2").success());
}

TEST_CASE_METHOD(WorkersFixture, "a worker whose container ended fails the deployment at once") {
  environment.settings.start_timeout_s = 60;
  store.environments().update(environment);
  life->engine.on_start = [](FakeEngine::Container& container) {
    FakeEngine::listen(container);
    if (container.spec.labels.at("release") == "d2" && container.spec.labels.contains("worker")) {
      container.supervisor = {.pre_start_done = false, .starts = 0, .last_exit = ExitStatus{.code = 9}};
      container.running = false;
    }
  };
  CHECK_THAT(deploy("d2").failure, Catch::StartsWith("worker app--queue did not start: its container ended"));
  CHECK(served() == "d1");
}

TEST_CASE_METHOD(WorkersFixture, "a worker that is killed starts again alone") {
  life->engine.kill("d1-app--queue");
  CHECK(life->deployer.revive("d1-app--queue", {}) == Revived::Started);
  CHECK(machine.lock()->events == std::vector<std::string>{"recreate d1-app--queue", "start d1-app--queue"});
}

TEST_CASE_METHOD(WorkersFixture, "a worker has the time to stop that is set for workers") {
  const Environment current = store.environments().get("proj", "main");
  InstanceState container;
  container.labels = {{"app", "app"}};
  CHECK(stop_grace_of(current, container).count() == 10);
  container.labels["worker"] = "queue";
  CHECK(stop_grace_of(current, container).count() == 15);
}
