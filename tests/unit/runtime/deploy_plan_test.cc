#include "runtime/deploy_plan.h"

#include "unit/runtime/deployer_fixture.h"

#include <catch2/catch.hpp>

namespace {

using namespace penstock;
using penstock::test::DeployerFixture;

// d1 is live; says what d2 would do.
struct PlanFixture : DeployerFixture {
  PlanFixture() {
    configuration.applications["app"].hooks.deploy = "migrate";
    configuration.applications["app"].hooks.post_deploy = "warm up";
    REQUIRE(deploy("d1").success());
  }

  std::string text(const Deployment& next) {
    CapturingSink output;
    life->deployer.plan(environment, next, strategy).write(output);
    return output.text();
  }
  Deployment same_as_d1() {
    Deployment next = store.deployments().get("d1");
    next.id = "d2";
    return next;
  }
};

}  // namespace

using Catch::Contains;

TEST_CASE_METHOD(PlanFixture, "the plan of the same release once more skips its deploy hook") {
  const std::string plan = text(same_as_d1());
  CHECK_THAT(plan, Contains("restart app: nothing of it has changed"));
  CHECK_THAT(plan, Contains("skip deploy of app: it has run for exactly this"));
  CHECK_THAT(plan, Contains("run post_deploy of app"));
  CHECK_THAT(plan, Contains("hold GET, HEAD, PUT, DELETE, OPTIONS"));
  CHECK_THAT(plan, Contains("snapshot all: restored when the deployment fails"));
  CHECK_THAT(plan, Contains("keep app at /app/data"));
  CHECK_THAT(plan, Contains("keep http://main-abc-proj.penstock.localhost/ to app"));
}

TEST_CASE_METHOD(PlanFixture, "the plan names what has changed") {
  configuration.applications["app"].mounts["cache"] = {.source = config::MountSource::Temporary};
  configuration.applications["app"].crons["tidy"] = {.spec = "@daily", .start = "tidy", .stop = ""};
  configuration.applications["worker"] = application("worker");
  configuration.routes.push_back({.url = "https://w.{default}/", .upstream = "worker"});
  const std::string plan = text(release("d2"));
  CHECK_THAT(plan, Contains("restart app: another artifact; other configuration: mounts, crons"));
  CHECK_THAT(plan, Contains("start worker"));
  CHECK_THAT(plan, Contains("mount app at /app/cache"));
  CHECK_THAT(plan, Contains("run deploy of app"));
  CHECK_THAT(plan, Contains("add tidy of app (@daily)"));
  CHECK_THAT(plan, Contains("to worker"));
}

TEST_CASE_METHOD(PlanFixture, "the plan names what goes away") {
  configuration.applications.erase("app");
  configuration.applications["other"] = application("other");
  const std::string plan = text(release("d2"));
  CHECK_THAT(plan, Contains("stop app: the configuration has it no more"));
  CHECK_THAT(plan, Contains("leave out app at /app/data"));
}

TEST_CASE_METHOD(PlanFixture, "a rolling plan holds nothing") {
  strategy = Strategy::Rolling;
  const std::string plan = text(release("d2"));
  CHECK_THAT(plan, Contains("serve all: the release that is live serves until the new one is ready"));
  CHECK_THAT(plan, Contains("share all: both releases write; a failure takes nothing back"));
}

TEST_CASE_METHOD(PlanFixture, "a plan changes nothing, and is data") {
  const auto before = machine.lock()->events;
  const Json plan = life->deployer.plan(environment, release("d2"), strategy).to_json();
  CHECK(machine.lock()->events == before);
  CHECK(store.deployments().list("proj", "main").size() == 1);
  CHECK(plan.at("containers").at(0).at("action") == "restart");
  CHECK(plan.at("strategy") == "stopstart");
}
