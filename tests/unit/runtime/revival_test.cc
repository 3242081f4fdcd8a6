#include "unit/runtime/deployer_fixture.h"

#include <catch2/catch.hpp>

#include <thread>

namespace {

using namespace penstock;
using penstock::test::DeployerFixture;

struct RevivalFixture : DeployerFixture {
  RevivalFixture() {
    configuration.applications["api"] = application("api");
    configuration.applications["app"].relationships["backend"] = {.target = "api", .endpoint = "http"};
    configuration.applications["app"].hooks.post_deploy = "announce";
    REQUIRE(deploy("d1").success());
    machine.lock()->events.clear();
  }

  Revived revive(const std::string& container) { return life->deployer.revive(container, {}); }
  std::vector<std::string> events() { return machine.lock()->events; }
};

}  // namespace

TEST_CASE_METHOD(RevivalFixture, "a container that was killed starts again, and no other") {
  life->engine.kill("d1-app");
  CHECK(served() == "nothing that runs");
  CHECK(revive("d1-app") == Revived::Started);
  CHECK(events() == std::vector<std::string>{"recreate d1-app", "start d1-app"});
  CHECK(served() == "d1");
}

TEST_CASE_METHOD(RevivalFixture, "requests wait while a container starts again") {
  life->engine.kill("d1-app");
  std::string during;
  watch([&](const std::string& event) {
    if (event == "recreate d1-app") during = served();
  });
  revive("d1-app");
  CHECK(during == "held");
}

TEST_CASE_METHOD(RevivalFixture, "a container that runs, or is not of what is live, is left alone") {
  CHECK(revive("d1-app") == Revived::NotNeeded);
  CHECK(revive("unknown") == Revived::NotNeeded);
  life->engine.create({.id = "old", .labels = {{"release", "d0"}, {"project", "proj"}, {"environment", "main"}}});
  CHECK(revive("old") == Revived::NotNeeded);
  life->engine.kill("d1-app");
  environment = store.environments().get("proj", "main");
  environment.status = EnvironmentStatus::Inactive;
  store.environments().update(environment);
  CHECK(revive("d1-app") == Revived::NotNeeded);
  CHECK(events() == std::vector<std::string>{"create old"});
}

TEST_CASE_METHOD(RevivalFixture, "while its environment is being deployed a container is the deploy's business") {
  Revived during = Revived::Started;
  life->engine.on_exec = [&](const ContainerSpec&, const ExecSpec&, const RunOptions&) {
    life->engine.kill("d2-api");
    std::jthread([&] { during = revive("d2-api"); }).join();
    return ExitStatus{};
  };
  deploy("d2");
  CHECK(during == Revived::Busy);
  CHECK(revive("d2-api") == Revived::Started);
}

TEST_CASE_METHOD(RevivalFixture, "requests are not held for a container that cannot be made again") {
  life->engine.kill("d1-app");
  watch([&](const std::string& event) {
    if (event == "recreate d1-app") throw Error("no memory");
  });
  CHECK_THROWS_AS(revive("d1-app"), Error);
  CHECK(served() == "nothing that runs");
}

TEST_CASE_METHOD(RevivalFixture, "nor for an application that does not listen any more") {
  life->engine.kill("d1-app");
  life->engine.on_start = [](test::FakeEngine::Container&) {};
  CHECK(revive("d1-app") == Revived::Started);
  CHECK(served() == "d1");
}
