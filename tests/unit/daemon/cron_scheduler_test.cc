#include "daemon/cron_scheduler.h"

#include "base/file.h"
#include "config/configuration.h"
#include "store/store.h"

#include <catch2/catch.hpp>

using namespace penstock;
using namespace std::chrono;

namespace {

// An environment whose application has a cron "tidy" every ten minutes, live since `kStart`.
struct Fixture {
  Fixture() {
    store.projects().add(project);
    environment.project = project.id;
    environment.name = environment.title = "main";
    environment.machine_name = "main-abc";
    environment.status = EnvironmentStatus::Active;
    store.environments().add(environment);
    go_live("one", "*/10 * * * *");
  }

  void go_live(const std::string& id, const std::string& spec) {
    config::Configuration configuration;
    config::Application& app = configuration.applications["app"];
    app.name = "app";
    app.crons["tidy"] = {.spec = spec, .start = "tidy", .stop = ""};
    Deployment deployment;
    deployment.id = id;
    deployment.project = project.id;
    deployment.environment = "main";
    deployment.configuration = configuration.to_json();
    store.deployments().add(deployment);
    store.deployments().commit(id);
    live_since = store.deployments().get(id).committed_at.value();
  }

  // The first full ten minutes after the release went live.
  WallTime due() const {
    return floor<minutes>(live_since - live_since.time_since_epoch() % minutes(10) + minutes(10));
  }

  CronScheduler scheduler() {
    return {store, [this](const CronId& cron) {
              begun.push_back(cron.cron);
              store.crons().begin(cron, now);
            }};
  }
  void tick(CronScheduler& scheduler, WallTime at) {
    now = at;
    scheduler.tick(at);
  }

  TemporaryDirectory directory;
  Store store{directory.path()};
  Project project = new_project("Test");
  Environment environment;
  WallTime live_since;
  WallTime now;
  std::vector<std::string> begun;
};

}  // namespace

TEST_CASE("a cron begins in the minute it is due, once") {
  Fixture fixture;
  CronScheduler scheduler = fixture.scheduler();
  fixture.tick(scheduler, fixture.due() - minutes(1));
  CHECK(fixture.begun.empty());
  fixture.tick(scheduler, fixture.due());
  fixture.tick(scheduler, fixture.due() + minutes(1));
  CHECK(fixture.begun.size() == 1);
  fixture.tick(scheduler, fixture.due() + minutes(10));
  CHECK(fixture.begun.size() == 2);
}

TEST_CASE("what was missed while nobody looked is made up for once") {
  Fixture fixture;
  CronScheduler before = fixture.scheduler();
  fixture.tick(before, fixture.due());
  CronScheduler after = fixture.scheduler();
  fixture.tick(after, fixture.due() + minutes(1));
  CHECK(fixture.begun.size() == 1);
  CronScheduler much_later = fixture.scheduler();
  fixture.tick(much_later, fixture.due() + days(3) + minutes(3));
  CHECK(fixture.begun.size() == 2);
  fixture.tick(much_later, fixture.due() + days(3) + minutes(4));
  CHECK(fixture.begun.size() == 2);
}

TEST_CASE("a cron runs no more often than its project allows") {
  Fixture fixture;
  fixture.go_live("two", "* * * * *");
  CronScheduler scheduler = fixture.scheduler();
  for (int minute = 0; minute < 20; ++minute) fixture.tick(scheduler, fixture.due() + minutes(minute));
  CHECK(fixture.begun.size() == 4);
  fixture.project.settings.cron_minimum_interval = 1;
  fixture.store.projects().update(fixture.project);
  for (int minute = 20; minute < 30; ++minute) fixture.tick(scheduler, fixture.due() + minutes(minute));
  CHECK(fixture.begun.size() == 14);
}

TEST_CASE("only what is live has crons, and only while its environment is active") {
  Fixture fixture;
  CronScheduler scheduler = fixture.scheduler();
  fixture.tick(scheduler, fixture.due() - minutes(1));
  fixture.go_live("two", "0 0 31 2 *");
  fixture.tick(scheduler, fixture.due() + minutes(20));
  CHECK(fixture.begun.empty());
  fixture.go_live("three", "* * * * *");
  fixture.environment.status = EnvironmentStatus::Inactive;
  fixture.store.environments().update(fixture.environment);
  fixture.tick(scheduler, fixture.due() + minutes(30));
  CHECK(fixture.begun.empty());
}
