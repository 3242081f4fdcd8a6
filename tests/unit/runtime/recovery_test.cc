#include "unit/runtime/deployer_fixture.h"

#include <catch2/catch.hpp>

#include <atomic>

namespace {

using namespace penstock;
using penstock::test::DeployerFixture;
using penstock::test::PowerCut;
using Ids = std::set<std::string>;

struct RecoveryFixture : DeployerFixture {
  RecoveryFixture() {
    configuration.applications["app"].hooks.deploy = "migrate";
    configuration.applications["app"].hooks.post_deploy = "announce";
    REQUIRE(deploy("d1").success());
    boot();
  }

  // Penstockd dies at the event of that number. False when there were not that many.
  bool dies_at(int number, const std::function<void()>& doing) {
    std::atomic<int> events = 0;
    watch([&](const std::string&) {
      if (events++ == number) throw PowerCut{};
    });
    try {
      doing();
    } catch (const PowerCut&) {
      return true;
    }
    return false;
  }

  // The environment has one release, wholly.
  void check_that_it_is_whole() {
    const std::string live = store.environments().get("proj", "main").current_deployment.value();
    CHECK(served() == live);
    CHECK(container_ids() == Ids{live + "-app"});
    if (live == "d1" && strategy == Strategy::StopStart) CHECK(data().find("d2") == std::string::npos);
    CHECK(store.deployments().unfinished().empty());
    CHECK(store.journal().deployments().empty());
    const bool kept = live != "d1" && strategy == Strategy::StopStart;
    CHECK(pool().snapshots(environment.key()) == (kept ? std::vector<std::string>{live} : std::vector<std::string>()));
    CHECK(pool().scratches(environment.key()) == std::vector<std::string>{live});
    CHECK(life->artifacts.mounted() == std::vector<std::string>{"artifact-" + live});
  }
};

}  // namespace

TEST_CASE_METHOD(RecoveryFixture, "what runs is taken up and goes on running") {
  const auto before = machine.lock()->events.size();
  CHECK(life->deployer.recover() ==
        std::vector<std::string>{"environment main of proj: adopted deployment 1, which runs"});
  CHECK(machine.lock()->events.size() == before);
  check_that_it_is_whole();
}

TEST_CASE_METHOD(RecoveryFixture, "after a reboot everything starts again, without the deploy hook") {
  reboot();
  int hooks = 0;
  life->engine.on_exec = [&](const ContainerSpec&, const ExecSpec&, const RunOptions&) {
    ++hooks;
    return ExitStatus{};
  };
  CHECK(life->deployer.recover() == std::vector<std::string>{"environment main of proj: started deployment 1 again"});
  CHECK(hooks == 0);
  check_that_it_is_whole();
}

TEST_CASE("a deployment that dies at any moment is finished or undone by the next start-up") {
  const auto strategy = GENERATE(Strategy::StopStart, Strategy::Rolling);
  for (int moment = 0;; ++moment) {
    RecoveryFixture fixture;
    fixture.strategy = strategy;
    if (!fixture.dies_at(moment, [&] { fixture.deploy("d2"); })) break;
    const bool committed = fixture.status("d2") == "committed";
    fixture.boot();
    const auto sentences = fixture.life->deployer.recover();
    INFO("moment " << moment << ": " << sentences.at(0));
    CHECK(sentences.size() == 1);
    CHECK(fixture.status("d2") == (committed ? "committed" : "failed"));
    fixture.check_that_it_is_whole();
  }
}

TEST_CASE("so is one that dies with the machine") {
  const auto strategy = GENERATE(Strategy::StopStart, Strategy::Rolling);
  for (int moment = 0;; ++moment) {
    RecoveryFixture fixture;
    fixture.strategy = strategy;
    if (!fixture.dies_at(moment, [&] { fixture.deploy("d2"); })) break;
    fixture.reboot();
    const auto sentences = fixture.life->deployer.recover();
    INFO("moment " << moment << ": " << sentences.at(0));
    fixture.check_that_it_is_whole();
  }
}

TEST_CASE("a deployment with another environment's data that dies at any moment brings all of it or none") {
  for (int moment = 0;; ++moment) {
    RecoveryFixture fixture;
    std::filesystem::create_directories(fixture.pool().open("other") / "storage/app/data");
    std::ofstream(fixture.pool().open("other") / "storage/app/data/started") << "other\n";
    fixture.pool().keep("other", "c1");
    if (!fixture.dies_at(moment, [&] {
          fixture.deploy(fixture.release("d2"), {}, DataOrigin{"other", "c1", "other"});
        })) {
      break;
    }
    fixture.boot();
    fixture.life->deployer.recover();
    INFO("moment " << moment);
    fixture.check_that_it_is_whole();
    const bool committed = fixture.status("d2") == "committed";
    CHECK(fixture.data().starts_with(committed ? "other\n" : "d1\n"));
  }
}

TEST_CASE("a rolling deployment that dies at any moment leaves no request without an answer, nor does its recovery") {
  for (int moment = 0;; ++moment) {
    RecoveryFixture fixture;
    fixture.strategy = Strategy::Rolling;
    if (!fixture.dies_at(moment, [&] { fixture.deploy("d2"); })) break;
    fixture.boot();
    Synchronized<std::set<std::string>> served;
    fixture.watch([&](const std::string&) { served.lock()->insert(fixture.served()); });
    fixture.life->deployer.recover();
    INFO("moment " << moment);
    for (const std::string& release : *served.lock()) CHECK((release == "d1" || release == "d2"));
  }
}

TEST_CASE("recovery itself may die at any moment") {
  const auto strategy = GENERATE(Strategy::StopStart, Strategy::Rolling);
  for (int moment = 0;; ++moment) {
    RecoveryFixture fixture;
    fixture.strategy = strategy;
    fixture.life->engine.on_exec = [](const ContainerSpec&, const ExecSpec&, const RunOptions&) -> ExitStatus {
      throw PowerCut{};
    };
    CHECK_THROWS_AS(fixture.deploy("d2"), PowerCut);
    fixture.boot();
    const bool died = fixture.dies_at(moment, [&] { fixture.life->deployer.recover(); });
    fixture.boot();
    fixture.life->deployer.recover();
    INFO("moment " << moment);
    fixture.check_that_it_is_whole();
    if (!died) break;
  }
}

TEST_CASE_METHOD(RecoveryFixture, "containers, snapshots and mounts that belong to nothing are removed") {
  life->engine.create({.id = "stray", .labels = {{"release", "gone"}, {"project", "proj"}, {"environment", "main"}}});
  life->artifacts.mount("artifact-gone");
  pool().snapshot(environment.key(), "gone");
  boot();
  life->deployer.recover();
  check_that_it_is_whole();
}

TEST_CASE_METHOD(RecoveryFixture, "environments that are not active stay down") {
  environment.status = EnvironmentStatus::Inactive;
  store.environments().update(environment);
  reboot();
  CHECK(life->deployer.recover().empty());
  CHECK(container_ids().empty());
  CHECK(served() == "no entry");
}
