#include "unit/runtime/deployer_fixture.h"

#include <catch2/catch.hpp>

namespace {

using namespace penstock;
using penstock::test::DeployerFixture;
using penstock::test::FakeEngine;
using FailureReason = DeployResult::FailureReason;
using Ids = std::set<std::string>;

// A deployed first release, as most tests need.
struct DeployedFixture : DeployerFixture {
  DeployedFixture() { REQUIRE(deploy("d1").success()); }

  // Nothing is left of d2, and d1 serves with its data as it was.
  void check_that_d1_is_as_before() {
    CHECK(served() == "d1");
    CHECK(data().find("d2") == std::string::npos);
    CHECK(status("d2") == "failed");
    CHECK(container_ids() == Ids{"d1-app"});
    CHECK(pool().snapshots(environment.key()).empty());
    CHECK(life->artifacts.mounted() == std::vector<std::string>{"artifact-d1"});
    CHECK(store.environments().get("proj", "main").current_deployment == "d1");
  }
};

}  // namespace

TEST_CASE_METHOD(DeployerFixture, "the first release goes live") {
  const DeployResult result = deploy("d1");
  CHECK(result.success());
  CHECK(result.committed);
  CHECK(served() == "d1");
  CHECK(data() == "d1\n");
  CHECK(status("d1") == "committed");
  CHECK(store.journal().deployments().empty());
}

TEST_CASE_METHOD(DeployedFixture, "the next release takes the place of the one before, on the same data") {
  const DeployResult result = deploy("d2");
  CHECK(result.success());
  CHECK(served() == "d2");
  CHECK(data() == "d1\nd2\n");
  CHECK(container_ids() == Ids{"d2-app"});
  CHECK(status("d1") == "superseded");
  CHECK(pool().snapshots(environment.key()) == std::vector<std::string>{"d2"});
  CHECK(life->artifacts.mounted() == std::vector<std::string>{"artifact-d2"});
}

TEST_CASE_METHOD(DeployedFixture, "requests are held from before the old release stops until the new one is ready") {
  std::vector<std::string> served_at;
  watch([&](const std::string& event) {
    if (event == "create d2-app" || event == "stop d1-app" || event == "start d2-app") served_at.push_back(served());
  });
  deploy("d2");
  CHECK(served_at == std::vector<std::string>{"d1", "held", "held"});
}

TEST_CASE_METHOD(DeployedFixture, "the log has the shape of Upsun's and ends with requests and times") {
  configuration.applications["app"].hooks.deploy = "migrate";
  life->engine.on_exec = [](const ContainerSpec&, const ExecSpec&, const RunOptions& options) {
    options.out.line("hello world");
    return ExitStatus{};
  };
  deploy("d2");
  const std::string log = life->output.text();
  CHECK_THAT(log, Catch::Contains("Redeploying environment main\n"
                                  "  Preparing deployment\n"
                                  "  Closing service app\n"
                                  "  Opening application app and its relationships\n"
                                  "  Executing deploy hook for application app\n"
                                  "    hello world\n"
                                  "\n  Opening environment\n"
                                  "  Environment configuration\n"
                                  "    app (type: static:1, cpu: 1, memory: 512)\n"
                                  "\n  Environment routes\n"
                                  "    http://main-abc-proj.penstock.localhost/ is served by application `app`\n"));
  CHECK_THAT(log, Catch::Contains("Requests: 3 held (longest 412ms), 3 released, 0 refused"));
}

TEST_CASE_METHOD(DeployedFixture, "a deploy hook that fails takes everything back") {
  configuration.applications["app"].hooks.deploy = "migrate";
  life->engine.on_exec = [](const ContainerSpec& container, const ExecSpec&, const RunOptions&) {
    std::ofstream(container.mounts.at(1).source / "half-migrated") << "x";
    return ExitStatus{.code = 3};
  };
  const DeployResult result = deploy("d2");
  CHECK_FALSE(result.committed);
  CHECK(result.failure_reason == FailureReason::Shell);
  CHECK(result.failure == "the deploy hook of application app failed with status code 3");
  REQUIRE(result.commands.size() == 1);
  CHECK(result.commands[0].exit_code == 3);
  check_that_d1_is_as_before();
  CHECK_FALSE(std::filesystem::exists(volume("app/data/half-migrated")));
}

TEST_CASE_METHOD(DeployedFixture, "with on_failure keep, a release whose deploy hook fails stays live") {
  configuration.applications["app"].hooks.deploy = "migrate";
  environment.settings.on_failure = EnvironmentSettings::OnFailure::Keep;
  store.environments().update(environment);
  life->engine.on_exec = [](const ContainerSpec&, const ExecSpec&, const RunOptions&) { return ExitStatus{.code = 3}; };
  const DeployResult result = deploy("d2");
  CHECK(result.committed);
  CHECK(result.failure_reason == FailureReason::Shell);
  CHECK(served() == "d2");
  CHECK_FALSE(store.environments().get("proj", "main").deployment_state.last_deployment_successful);

  Deployment again = release("d2");
  again.id = "d3";
  CHECK(deploy(again).commands.size() == 1);
}

TEST_CASE_METHOD(DeployedFixture, "a start command that ends again and again fails the deployment at once") {
  environment.settings.start_timeout_s = 60;
  store.environments().update(environment);
  life->engine.on_start = [](FakeEngine::Container& container) {
    if (container.spec.labels.at("release") == "d1") return FakeEngine::listen(container);
    container.supervisor = {
        .pre_start_done = true, .starts = 4, .last_exit = ExitStatus{.code = 1}, .running_since = SteadyClock::now()};
  };
  const DeployResult result = deploy("d2");
  CHECK(result.failure ==
        "application app did not start: its start command ended 3 times, the last time with status code 1");
  CHECK_THAT(life->output.text(), Catch::Contains("last words"));
  check_that_d1_is_as_before();
}

TEST_CASE_METHOD(DeployedFixture, "an application that never listens fails the deployment after the time limit") {
  life->engine.on_start = [](FakeEngine::Container& container) {
    if (container.spec.labels.at("release") == "d1") FakeEngine::listen(container);
  };
  const DeployResult result = deploy("d2");
  CHECK(result.failure == "application app did not start: nothing accepts connections on port 8888 after 1.00s");
  check_that_d1_is_as_before();
}

TEST_CASE_METHOD(DeployedFixture, "a post_start command that fails fails the deployment") {
  configuration.applications["app"].web.commands.post_start = "check";
  life->engine.on_exec = [](const ContainerSpec&, const ExecSpec&, const RunOptions&) { return ExitStatus{.code = 7}; };
  CHECK(deploy("d2").failure == "application app did not start: its post_start command ended with status code 7");
  check_that_d1_is_as_before();
}

TEST_CASE_METHOD(DeployedFixture, "a fault of the host in any operation takes everything back") {
  const std::string where = GENERATE("create d2-app", "stop d1-app", "start d2-app", "mount artifact-d2");
  bool failed = false;
  watch([&](const std::string& event) {
    if (event == where && !std::exchange(failed, true)) throw Error("cannot do it: broken");
  });
  const DeployResult result = deploy("d2");
  CHECK(result.failure_reason == FailureReason::Error);
  check_that_d1_is_as_before();
}

TEST_CASE_METHOD(DeployerFixture, "an environment whose first deployment fails has no release and answers nobody") {
  life->engine.on_start = [](FakeEngine::Container&) { throw Error("cannot start: broken"); };
  CHECK_FALSE(deploy("d1").committed);
  CHECK(served() == "nobody");
  CHECK(container_ids().empty());
  CHECK(data().empty());
}

TEST_CASE_METHOD(DeployedFixture, "stopping a deployment before its commit takes everything back") {
  std::stop_source stop;
  configuration.applications["app"].hooks.deploy = "migrate";
  life->engine.on_exec = [&](const ContainerSpec&, const ExecSpec&, const RunOptions&) -> ExitStatus {
    stop.request_stop();
    throw Cancelled("stopped");
  };
  CHECK_THROWS_AS(deploy(release("d2"), stop.get_token()), Cancelled);
  check_that_d1_is_as_before();
}

TEST_CASE_METHOD(DeployerFixture, "deploying the same release again runs post_deploy but not the deploy hook") {
  configuration.applications["app"].hooks.deploy = "migrate";
  configuration.applications["app"].hooks.post_deploy = "announce";
  REQUIRE(deploy("d1").commands.size() == 2);
  Deployment again = release("d1");
  again.id = "d2";
  const DeployResult result = deploy(again);
  REQUIRE(result.commands.size() == 1);
  CHECK(result.commands[0].type == "post_deploy");
  CHECK(served() == "d2");
}

TEST_CASE_METHOD(DeployedFixture, "a post_deploy hook that fails leaves the release live") {
  configuration.applications["app"].hooks.post_deploy = "announce";
  life->engine.on_exec = [](const ContainerSpec&, const ExecSpec&, const RunOptions&) { return ExitStatus{.code = 2}; };
  const DeployResult result = deploy("d2");
  CHECK(result.committed);
  CHECK(result.failure_reason == FailureReason::Shell);
  CHECK(served() == "d2");
}

TEST_CASE_METHOD(DeployerFixture,
                 "applications start after those they have relationships to, and may connect to them") {
  configuration.applications["api"] = application("api");
  configuration.applications["app"].relationships["backend"] = {.target = "api", .endpoint = "http"};
  REQUIRE(deploy("d1").success());
  const auto events = machine.lock()->events;
  const auto position = [&](const std::string& event) {
    return std::find(events.begin(), events.end(), event) - events.begin();
  };
  CHECK(position("allow d1-app d1-api:8888 as 80") < position("start d1-api"));
  CHECK(position("start d1-api") < position("start d1-app"));
  const auto hosts = machine.lock()->containers.at("d1-app").spec.hosts;
  REQUIRE(hosts.size() == 1);
  CHECK(hosts[0].first == "backend.internal");
}

TEST_CASE_METHOD(DeployedFixture, "requests under way end before the old release stops, streams are ended at once") {
  environment.settings.stop_grace_s = 7;
  store.environments().update(environment);
  Json drain;
  watch([&](const std::string& event) {
    if (event == "stop d1-app") drain = router.requests().back();
  });
  const std::string address = machine.lock()->containers.at("d1-app").address;
  deploy("d2");
  CHECK(drain == Json{{"op", "drain"},
                      {"addresses", {address + ":8888", "unix:/sockets/d1-app/app.sock"}},
                      {"requests_ms", 7000},
                      {"streams_ms", 0}});
  CHECK_THAT(life->output.text(), Catch::Contains("Drained:  3 finished, 1 closed, 0 cut\n"));
}

TEST_CASE_METHOD(DeployedFixture,
                 "an artifact that somebody still reads from stays mounted until the next deployment") {
  life->artifacts.before = [](const std::string& event) {
    if (event == "unmount artifact-d1") throw Conflict("cannot unmount: it is in use");
  };
  CHECK(deploy("d2").success());
  life->artifacts.before = [](const std::string&) {};
  CHECK(deploy("d3").success());
  CHECK(life->artifacts.mounted() == std::vector<std::string>{"artifact-d3"});
}

TEST_CASE_METHOD(DeployedFixture, "a stopped environment keeps its data, an erased one does not") {
  life->deployer.stop(environment);
  CHECK(served() == "no entry");
  CHECK(container_ids().empty());
  CHECK(data() == "d1\n");
  life->deployer.erase(environment);
  CHECK_FALSE(pool().holds(environment.key()));
}

TEST_CASE_METHOD(DeployedFixture, "a link in a volume cannot lead a mount out of it") {
  std::filesystem::create_directory_symlink("/etc", volume("app/escape"));
  configuration.applications["app"].mounts["etc"] = {
      .source = config::MountSource::Storage, .source_path = "escape", .service = {}};
  CHECK(deploy("d2").failure == "cannot mount 'app/escape': 'escape' in the volume is no directory");
  check_that_d1_is_as_before();
}

TEST_CASE_METHOD(DeployedFixture, "a link put there between the look at a volume and its mount does not either") {
  const auto in_place = volume("app/data");
  watch([&](const std::string& event) {
    if (event != "create d2-app") return;
    std::filesystem::rename(in_place, volume("app/aside"));
    std::filesystem::create_directory_symlink("/etc", in_place);
  });
  REQUIRE(deploy("d2").success());
  CHECK(read_file(volume("app/aside/started")) == "d1\nd2\n");
}

TEST_CASE_METHOD(DeployerFixture, "what a temporary mount holds does not outlive its release") {
  configuration.applications["app"].mounts["cache"] = {
      .source = config::MountSource::Temporary, .source_path = "cache", .service = {}};
  deploy("d1");
  std::ofstream(pool().open_scratch(environment.key(), "d1") / "tmp/app/cache/entry") << "x";
  deploy("d2");
  CHECK(pool().scratches(environment.key()) == std::vector<std::string>{"d2"});
  CHECK(std::filesystem::is_empty(pool().open_scratch(environment.key(), "d2") / "tmp/app/cache"));
}

TEST_CASE_METHOD(DeployerFixture, "applications that name another's storage share it") {
  configuration.applications["api"] = application("api");
  configuration.applications["api"].mounts["data"].service = "app";
  REQUIRE(deploy("d1").success());
  CHECK(data() == "d1\nd1\n");
}

TEST_CASE_METHOD(DeployedFixture, "a deployment can bring another environment's data along, and its hook runs on it") {
  std::filesystem::create_directories(pool().open("other") / "storage/app/data");
  std::ofstream(pool().open("other") / "storage/app/data/started") << "other\n";
  pool().keep("other", "c1");
  Deployment again = release("d2");
  again.artifacts = store.deployments().get("d1").artifacts;
  again.tree = store.deployments().get("d1").tree;

  REQUIRE(deploy(again, {}, DataOrigin{"other", "c1", "other"}).success());
  CHECK(data() == "other\nd2\n");
  CHECK(life->output.text().find("Redeploying environment main, as a clone of other") != std::string::npos);
  CHECK(read_file(pool().open("other") / "storage/app/data/started") == "other\n");
  CHECK(served() == "d2");
}

TEST_CASE_METHOD(DeployedFixture, "a deployment that fails with another environment's data gives back its own") {
  pool().open("other");
  pool().keep("other", "c1");
  configuration.applications["app"].hooks.deploy = "migrate";
  life->engine.on_exec = [](const auto&...) { return ExitStatus{.code = 1}; };
  CHECK_FALSE(deploy(release("d2"), {}, DataOrigin{"other", "c1", "other"}).success());
  CHECK(data().substr(0, 3) == "d1\n");
  check_that_d1_is_as_before();
}

TEST_CASE_METHOD(DeployerFixture, "a first deployment that fails with another environment's data leaves none of it") {
  std::filesystem::create_directories(pool().open("other") / "storage/app/data");
  pool().keep("other", "c1");
  configuration.applications["app"].hooks.deploy = "migrate";
  life->engine.on_exec = [](const auto&...) { return ExitStatus{.code = 1}; };
  CHECK_FALSE(deploy(release("d1"), {}, DataOrigin{"other", "c1", "other"}).success());
  CHECK_FALSE(std::filesystem::exists(volume("app")));
}

TEST_CASE_METHOD(DeployedFixture,
                 "the data as it was before the last deployments is kept, as many as the settings say") {
  environment.settings.data_snapshots = 2;
  store.environments().update(environment);
  for (const char* id : {"d2", "d3", "d4"}) deploy(id);
  CHECK(pool().snapshots(environment.key()) == std::vector<std::string>{"d3", "d4"});
  boot();
  life->deployer.recover();
  CHECK(pool().snapshots(environment.key()) == std::vector<std::string>{"d3", "d4"});
  environment.settings.data_snapshots = 0;
  store.environments().update(environment);
  deploy("d5");
  CHECK(pool().snapshots(environment.key()).empty());
}
