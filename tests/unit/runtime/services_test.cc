#include "unit/runtime/deployer_fixture.h"

#include <catch2/catch.hpp>

#include <algorithm>

namespace {

using namespace penstock;
using penstock::test::DeployerFixture;
using penstock::test::FakeEngine;
using penstock::test::PowerCut;
using Ids = std::set<std::string>;

constexpr const char* kStoreId = "proj-main-abc-s-db";

// An application with a database beside it, which keeps what it was told by its configure script.
struct ServicesFixture : DeployerFixture {
  ServicesFixture() {
    configuration.services["db"] = {.name = "db", .type = "store:1", .configuration = {}, .relationships = {}};
    configuration.applications["app"].relationships["database"] = {.target = "db", .endpoint = "store"};
    take_over();
  }

  // Of the life that is now.
  void take_over() {
    life->engine.on_exec = [this](const ContainerSpec& container, const ExecSpec& spec, const RunOptions& options) {
      const std::string script = spec.argv.back() == "dash" ? spec.argv.at(spec.argv.size() - 2) : "";
      if (container.id == kStoreId && script == "set up") configured.emplace_back(options.input);
      return script == failing ? ExitStatus{.code = 1} : ExitStatus{};
    };
  }
  void boot_again() {
    boot();
    take_over();
  }
  std::vector<std::string> events() { return machine.lock()->events; }
  std::size_t count(const std::string& event) {
    const auto all = events();
    return static_cast<std::size_t>(std::count(all.begin(), all.end(), event));
  }
  std::size_t position(const std::string& event) {
    const auto all = events();
    return static_cast<std::size_t>(std::find(all.begin(), all.end(), event) - all.begin());
  }
  bool runs(const std::string& id) {
    auto locked = machine.lock();
    return locked->containers.contains(id) && locked->containers.at(id).running;
  }
  std::string variable(const std::string& container, const std::string& name) {
    for (const std::string& variable : machine.lock()->containers.at(container).spec.environment) {
      if (variable.starts_with(name + "=")) return variable.substr(name.size() + 1);
    }
    return "none";
  }
  std::filesystem::path service_file() { return pool().open(environment.key()) / "service/db/file"; }

  std::vector<std::string> configured;  // the input of each
  std::string failing = "never";
};

}  // namespace

TEST_CASE_METHOD(ServicesFixture,
                 "a service starts before the application that needs it, and is configured in between") {
  REQUIRE(deploy("d1").success());
  CHECK(runs(kStoreId));
  CHECK(position("start proj-main-abc-s-db") < position("exec proj-main-abc-s-db"));
  CHECK(position("exec proj-main-abc-s-db") < position("start d1-app"));
  CHECK(count("allow d1-app proj-main-abc-s-db:7777 as 0") == 1);
  REQUIRE(configured.size() == 1);
  const std::string password = variable("d1-app", "DATABASE_PASSWORD");
  CHECK(password.size() == 32);
  CHECK(configured.front() == "database\tmain\nuser\tmain\t" + password + "\ngrant\tmain\tmain\tadmin\n");
}

TEST_CASE_METHOD(ServicesFixture, "an application is told all that a relationship offers") {
  REQUIRE(deploy("d1").success());
  CHECK(variable("d1-app", "DATABASE_HOST") == "database.internal");
  CHECK(variable("d1-app", "DATABASE_PORT") == "7777");
  CHECK(variable("d1-app", "DATABASE_USERNAME") == "main");
  CHECK(variable("d1-app", "DATABASE_PATH") == "main");
  CHECK(variable("d1-app", "DATABASE_SCHEME") == "store");
  CHECK(variable("d1-app", "DATABASE_REL") == "store");
  CHECK(variable("d1-app", "DATABASE_URL") ==
        "store://main:" + variable("d1-app", "DATABASE_PASSWORD") + "@database.internal:7777/main");
}

TEST_CASE_METHOD(ServicesFixture, "a service runs on from release to release, unless what it is to be changes") {
  REQUIRE(deploy("d1").success());
  REQUIRE(deploy("d2").success());
  CHECK(count("start proj-main-abc-s-db") == 1);
  CHECK(configured.size() == 1);
  configuration.services["db"].configuration = {{"databases", {"main", "other"}}};
  REQUIRE(deploy("d3").success());
  CHECK(count("start proj-main-abc-s-db") == 1);
  CHECK(configured.size() == 2);
  configuration.services["db"].configuration["level"] = "high";
  REQUIRE(deploy("d4").success());
  CHECK(count("start proj-main-abc-s-db") == 2);
  CHECK(count("recreate proj-main-abc-s-db") == 1);
  CHECK(configured.size() == 3);
}

TEST_CASE_METHOD(ServicesFixture, "a service whose container was half made when penstockd died is made whole") {
  REQUIRE(deploy("d1").success());
  {
    auto locked = machine.lock();
    FakeEngine::Container& container = locked->containers.at(kStoreId);
    container.running = container.started = false;
    container.half_made = true;
    container.listener.reset();
  }
  boot_again();
  life->deployer.recover();
  CHECK(runs(kStoreId));
  CHECK(count("recreate proj-main-abc-s-db") == 1);
  CHECK(configured.size() == 2);
}

TEST_CASE_METHOD(ServicesFixture, "a service that no release names any more stops, and its data stays") {
  REQUIRE(deploy("d1").success());
  std::ofstream(service_file()) << "kept";
  configuration.services.clear();
  configuration.applications["app"].relationships.clear();
  REQUIRE(deploy("d2").success());
  CHECK(container_ids() == Ids{"d2-app"});
  CHECK(read_file(service_file()) == "kept");
}

TEST_CASE_METHOD(ServicesFixture, "a deploy that fails gives services the data and the configuration back") {
  REQUIRE(deploy("d1").success());
  std::ofstream(service_file()) << "one";
  configuration.applications["app"].hooks.deploy = "destroy";
  configuration.services["db"].configuration["level"] = "high";
  life->engine.on_exec = [this](const ContainerSpec& container, const ExecSpec&, const RunOptions&) {
    if (container.id != "d2-app") return ExitStatus{};
    std::ofstream(service_file()) << "two";
    return ExitStatus{.code = 1};
  };
  CHECK_FALSE(deploy("d2").success());
  CHECK(read_file(service_file()) == "one");
  CHECK(served() == "d1");
  CHECK(variable(kStoreId, "OPTION_LEVEL") == "low");
  CHECK(container_ids() == Ids{"d1-app", kStoreId});
  CHECK(runs(kStoreId));
}

TEST_CASE_METHOD(ServicesFixture, "a first release that fails leaves no service behind") {
  failing = "set up";
  life->engine.on_start = [this](FakeEngine::Container& container) {
    std::ofstream(service_file()) << "half made";
    FakeEngine::listen(container, test::kStorePort);
  };
  CHECK_FALSE(deploy("d1").success());
  CHECK(container_ids().empty());
  CHECK_FALSE(std::filesystem::exists(service_file()));
}

TEST_CASE_METHOD(ServicesFixture,
                 "a power cut at any moment of a deploy leaves a whole environment with its services") {
  REQUIRE(deploy("d1").success());
  std::ofstream(service_file()) << "data";
  configuration.services["db"].configuration["level"] = "high";
  for (int moment = 0;; ++moment) {
    const std::string id = "p" + std::to_string(moment);
    int left = moment;
    watch([&](const std::string&) {
      if (left-- == 0) throw PowerCut();
    });
    bool cut = false;
    try {
      deploy(id);
    } catch (const PowerCut&) {
      cut = true;
    }
    reboot();
    take_over();
    life->deployer.recover();
    INFO("moment " << moment);
    const auto live = store.deployments().current("proj", "main");
    CHECK(served() == live->id);
    CHECK(container_ids() == Ids{live->id + "-app", kStoreId});
    CHECK(runs(kStoreId));
    CHECK(read_file(service_file()) == "data");
    if (!cut) break;
    configuration.services["db"].configuration["level"] = moment % 2 == 0 ? "low" : "high";
  }
}

TEST_CASE_METHOD(ServicesFixture, "a restart of penstockd leaves services alone, and a reboot starts them") {
  REQUIRE(deploy("d1").success());
  boot_again();
  life->deployer.recover();
  CHECK(count("start proj-main-abc-s-db") == 1);
  CHECK(configured.size() == 1);
  reboot();
  take_over();
  life->deployer.recover();
  CHECK(runs(kStoreId));
  CHECK(configured.size() == 2);
  CHECK(served() == "d1");
}

TEST_CASE_METHOD(ServicesFixture, "a service that was killed starts again while requests wait") {
  REQUIRE(deploy("d1").success());
  life->engine.kill(kStoreId);
  std::string during;
  watch([&](const std::string& event) {
    if (event == "start proj-main-abc-s-db") during = served();
  });
  CHECK(life->deployer.revive(kStoreId, {}) == Revived::Started);
  CHECK(during == "held");
  CHECK(runs(kStoreId));
  CHECK(configured.size() == 2);
  CHECK(served() == "d1");
}

TEST_CASE_METHOD(ServicesFixture, "rolling shares services, so that none may change") {
  REQUIRE(deploy("d1").success());
  strategy = Strategy::Rolling;
  REQUIRE(deploy("d2").success());
  CHECK(count("start proj-main-abc-s-db") == 1);
  configuration.services["db"].configuration["level"] = "high";
  CHECK_THROWS_WITH(deploy("d3"),
                    Catch::StartsWith("Could not perform a rolling deployment: ") && Catch::Contains("service db"));
}

TEST_CASE_METHOD(ServicesFixture, "a service behind which applications are is led to each new release") {
  configuration.services["front"] = {
      .name = "front", .type = "store:1", .configuration = {}, .relationships = {{"app", {"app", "http"}}}};
  std::vector<std::string> told;
  life->engine.on_exec = [&](const ContainerSpec& container, const ExecSpec&, const RunOptions& options) {
    if (container.id == "proj-main-abc-s-front") told.emplace_back(options.input);
    return ExitStatus{};
  };
  REQUIRE(deploy("d1").success());
  REQUIRE(deploy("d2").success());
  REQUIRE(told.size() == 2);
  const std::string address = machine.lock()->containers.at("d2-app").address;
  CHECK(told.back().ends_with("relationship\tapp\t" + address + "\t8888\n"));
  CHECK(count("allow proj-main-abc-s-front d2-app:8888 as 80") == 1);
  CHECK(count("start proj-main-abc-s-front") == 1);
}

TEST_CASE_METHOD(ServicesFixture, "passwords are sealed on disk and those of another environment differ") {
  REQUIRE(deploy("d1").success());
  const std::string sealed = store.services().password(environment, "db", "main").value();
  const std::string password = variable("d1-app", "DATABASE_PASSWORD");
  CHECK(sealed.find(password) == std::string::npos);
  CHECK(life->deployer.relationships(store.environments().get("proj", "main"))
            .at("app")
            .at("database")
            .at(0)
            .at("password") == password);
  Environment other = environment;
  other.name = "other";
  other.machine_name = "other-def";
  store.environments().add(other);
  CHECK_FALSE(store.services().password(other, "db", "main").has_value());
}

TEST_CASE_METHOD(ServicesFixture, "an environment that stops has no services either") {
  REQUIRE(deploy("d1").success());
  life->deployer.stop(store.environments().get("proj", "main"));
  CHECK(container_ids().empty());
}
