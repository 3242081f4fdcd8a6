#include "runtime/rolling.h"

#include "unit/runtime/deployer_fixture.h"

#include <catch2/catch.hpp>

namespace {

using namespace penstock;
using penstock::test::DeployerFixture;
using penstock::test::FakeEngine;
using FailureReason = DeployResult::FailureReason;
using Ids = std::set<std::string>;

// A deployed first release; the next is rolled out.
struct RollingFixture : DeployerFixture {
  RollingFixture() {
    REQUIRE(deploy("d1").success());
    strategy = Strategy::Rolling;
    d1_address_ = machine.lock()->containers.at("d1-app").address;
  }

  std::vector<std::string> events_since(const std::string& first) {
    const auto all = machine.lock()->events;
    return {std::find(all.begin(), all.end(), first), all.end()};
  }
  Json drain_order(int requests_ms, int streams_ms) {
    return {{"op", "drain"},
            {"addresses", {d1_address_ + ":8888", "unix:/sockets/d1-app/app.sock"}},
            {"requests_ms", requests_ms},
            {"streams_ms", streams_ms}};
  }
  // Nothing is left of d2; d1 was neither stopped nor held for a moment.
  void check_that_nobody_noticed() {
    CHECK(served() == "d1");
    CHECK(status("d2") == "failed");
    CHECK(container_ids() == Ids{"d1-app"});
    CHECK(life->artifacts.mounted() == std::vector<std::string>{"artifact-d1"});
    const auto events = events_since("create d2-app");
    CHECK(std::count(events.begin(), events.end(), "stop d1-app") == 0);
    for (const Json& request : router.requests()) {
      if (request.at("op") == "put") last_puts_.push_back(request.at("environment").at("hold").at("active"));
    }
    CHECK_FALSE(last_puts_.back());
  }

  std::string d1_address_;
  std::vector<bool> last_puts_;
};

}  // namespace

TEST_CASE_METHOD(RollingFixture, "the old release serves until the new one has started and run its deploy hook") {
  configuration.applications["app"].web.commands.post_start = "warm";
  configuration.applications["app"].hooks.deploy = "migrate";
  std::vector<std::string> served_at;
  watch([&](const std::string& event) {
    if (event.starts_with("output")) return;
    served_at.push_back(event + ": " + served());
  });
  REQUIRE(deploy("d2").success());
  CHECK(served_at == std::vector<std::string>{"mount artifact-d2: d1", "create d2-app: d1", "start d2-app: d1",
                                              "exec d2-app: d1", "exec d2-app: d1", "mount artifact-d2: d1",
                                              "stop d1-app: d2", "remove d1-app: d2", "unmount artifact-d1: d2"});
  CHECK(status("d1") == "superseded");
  CHECK(store.deployments().get("d2").strategy == "rolling");
  CHECK(store.journal().deployments().empty());
  CHECK(pool().scratches(environment.key()) == std::vector<std::string>{"d2"});
}

TEST_CASE_METHOD(RollingFixture, "requests are never held, and the old release is drained before it stops") {
  environment = store.environments().get("proj", "main");
  environment.settings.drain_timeout_s = 45;
  store.environments().update(environment);
  Json before_stop;
  watch([&](const std::string& event) {
    if (event == "stop d1-app") before_stop = router.requests().back();
  });
  const auto asked = router.requests().size();
  REQUIRE(deploy("d2").success());
  CHECK(before_stop == drain_order(45000, 45000));
  std::vector<std::string> operations = router.operations();
  operations.erase(operations.begin(), operations.begin() + static_cast<std::ptrdiff_t>(asked));
  CHECK(operations == std::vector<std::string>{"put", "drain"});
  CHECK_FALSE(router.requests().at(asked).at("environment").at("hold").at("active").get<bool>());
}

TEST_CASE_METHOD(RollingFixture,
                 "the log says what serves meanwhile, what data can be taken back and what was drained") {
  configuration.applications["app"].hooks.deploy = "migrate";
  deploy("d2");
  const std::string log = life->output.text();
  CHECK_THAT(log, Catch::Contains("Rolling: the previous release serves until the new one is ready"));
  CHECK_THAT(log, Catch::Contains("which a failure does not take back"));
  CHECK_THAT(log, Catch::Contains("Executing deploy hook for application app\n"));
  CHECK_THAT(log, Catch::Contains("Drained:  3 finished, 1 closed, 0 cut\n"));
  CHECK(log.find("held", log.find("Rolling")) == std::string::npos);
}

TEST_CASE_METHOD(RollingFixture, "a deploy hook that fails leaves the old release untouched, but the data as it is") {
  configuration.applications["app"].hooks.deploy = "migrate";
  life->engine.on_exec = [](const ContainerSpec& container, const ExecSpec&, const RunOptions&) {
    std::ofstream(container.mounts.at(1).source / "half-migrated") << "x";
    return ExitStatus{.code = 3};
  };
  const DeployResult result = deploy("d2");
  CHECK_FALSE(result.committed);
  CHECK(result.failure_reason == FailureReason::Shell);
  check_that_nobody_noticed();
  CHECK(std::filesystem::exists(volume("app/data/half-migrated")));
  CHECK_THAT(life->output.text(), Catch::Contains("What the new one did to the data stays."));
}

TEST_CASE_METHOD(RollingFixture, "an application that never listens leaves the old release untouched") {
  life->engine.on_start = [](FakeEngine::Container&) {};
  CHECK(deploy("d2").failure == "application app did not start: nothing accepts connections on port 8888 after 1.00s");
  check_that_nobody_noticed();
}

TEST_CASE_METHOD(RollingFixture, "so does a fault of the host in any operation, and a deployment that is stopped") {
  const std::string where = GENERATE("create d2-app", "start d2-app", "mount artifact-d2");
  const bool cancelled = GENERATE(false, true);
  watch([&](const std::string& event) {
    if (event != where) return;
    if (cancelled) throw Cancelled("stopped");
    throw Error("cannot do it: broken");
  });
  if (cancelled) {
    CHECK_THROWS_AS(deploy("d2"), Cancelled);
  } else {
    CHECK(deploy("d2").failure_reason == FailureReason::Error);
  }
  check_that_nobody_noticed();
}

TEST_CASE_METHOD(RollingFixture, "a drain that is stopped waits only for requests that end soon") {
  std::stop_source stop;
  watch([&](const std::string& event) {
    if (event.starts_with("output \n  Opening environment")) stop.request_stop();
  });
  deploy(release("d2"), stop.get_token());
  CHECK(router.requests().back() == drain_order(10000, 0));
  CHECK(served() == "d2");
  CHECK(container_ids() == Ids{"d2-app"});
}

TEST_CASE_METHOD(RollingFixture, "a rolling deployment is refused after one that failed, before anything is touched") {
  strategy = Strategy::StopStart;
  life->engine.on_start = [](FakeEngine::Container& container) {
    if (container.spec.labels.at("release") == "d1") FakeEngine::listen(container);
  };
  REQUIRE_FALSE(deploy("d2").success());
  strategy = Strategy::Rolling;
  CHECK_THROWS_WITH(deploy("d3"),
                    Catch::Contains("Could not perform a rolling deployment: the last deployment failed"));
  CHECK_FALSE(store.deployments().find("d3"));
  CHECK_FALSE(can_roll(project, store.environments().get("proj", "main")));

  strategy = Strategy::StopStart;
  life->engine.on_start = [](FakeEngine::Container& container) { FakeEngine::listen(container); };
  REQUIRE(deploy("d3").success());
  CHECK(can_roll(project, store.environments().get("proj", "main")));
}

TEST_CASE_METHOD(RollingFixture, "a rolling deployment is refused where the project does not allow it") {
  project.settings.allow_rolling_deployments = false;
  store.projects().update(project);
  CHECK_THROWS_WITH(deploy("d2"), Catch::Contains("Could not perform a rolling deployment: the project's settings"));
  CHECK_FALSE(can_roll(project, store.environments().get("proj", "main")));
}

TEST_CASE_METHOD(DeployerFixture, "where nothing runs there is nothing to roll over, and nothing speaks against it") {
  CHECK_FALSE(can_roll(project, environment));
  strategy = Strategy::Rolling;
  REQUIRE(deploy("d1").success());
  CHECK(served() == "d1");
  CHECK(store.deployments().get("d1").strategy == "stopstart");
}
