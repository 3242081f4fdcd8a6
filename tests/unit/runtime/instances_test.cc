#include "unit/runtime/deployer_fixture.h"

#include <catch2/catch.hpp>

#include <algorithm>

namespace {

using namespace penstock;
using penstock::test::DeployerFixture;
using Ids = std::set<std::string>;

// An application with two instances and a service-like neighbour, deployed once.
struct InstancesFixture : DeployerFixture {
  InstancesFixture() {
    configuration.applications["app"].mounts["own"] = {
        .source = config::MountSource::Instance, .source_path = "own", .service = {}};
    configuration.applications["app"].hooks.deploy = "migrate";
    REQUIRE(deploy(two("d1")).success());
  }

  Deployment two(const std::string& id) {
    Deployment deployment = release(id);
    deployment.resources["app"] = {.profile_size = "0.25", .instance_count = 2, .disk = {}};
    return deployment;
  }
  std::vector<std::string> addresses() {
    return router.table().at(environment.key()).at("upstreams").at("app").at("addresses");
  }
  ContainerSpec spec(const std::string& id) { return machine.lock()->containers.at(id).spec; }
  long count(const std::string& event) {
    auto lock = machine.lock();
    return std::count(lock->events.begin(), lock->events.end(), event);
  }
};

std::filesystem::path source_of(const ContainerSpec& spec, const std::string& target) {
  const auto mount =
      std::find_if(spec.mounts.begin(), spec.mounts.end(), [&](const Mount& m) { return m.target == target; });
  return mount->source;
}

}  // namespace

TEST_CASE_METHOD(InstancesFixture, "requests go to every instance") {
  CHECK(container_ids() == Ids{"d1-app", "d1--1-app"});
  CHECK(addresses().size() == 2);
  CHECK(served() == "d1");
}

TEST_CASE_METHOD(InstancesFixture, "each has the limits of its size") {
  CHECK(spec("d1--1-app").limits.cpus == 0.25);
  CHECK(spec("d1--1-app").limits.memory_bytes == std::uint64_t{128} << 20);
  CHECK_THAT(life->output.text(), Catch::Contains("app (type: static:1, cpu: 0.25, memory: 128, instances: 2)"));
}

TEST_CASE_METHOD(InstancesFixture, "hooks run in the first instance alone") {
  CHECK(count("exec d1-app") == 1);
  CHECK(count("exec d1--1-app") == 0);
}

TEST_CASE_METHOD(InstancesFixture, "storage is shared, an instance mount is not") {
  const auto read_link = [&](const std::string& id, const std::string& target) {
    return std::filesystem::canonical(source_of(spec(id), target));
  };
  CHECK(read_link("d1-app", "/app/data") == read_link("d1--1-app", "/app/data"));
  CHECK(read_link("d1-app", "/app/own") != read_link("d1--1-app", "/app/own"));
}

TEST_CASE_METHOD(InstancesFixture, "instances know each other and may connect") {
  const Json peers = Json::parse(read_file(source_of(spec("d1-app"), "/run/peers.json")));
  REQUIRE(peers.size() == 2);
  CHECK(peers.at(1).at("ip").get<std::string>() + ":8888" == addresses().at(1));
  CHECK(count("allow d1-app d1--1-app:8888 as 0") == 1);
  CHECK(count("allow d1--1-app d1-app:8888 as 0") == 1);
}

TEST_CASE_METHOD(InstancesFixture, "an instance that is killed starts again, the other stays") {
  life->engine.kill("d1--1-app");
  machine.lock()->events.clear();
  CHECK(life->deployer.revive("d1--1-app", {}) == Revived::Started);
  CHECK(machine.lock()->events == std::vector<std::string>{"recreate d1--1-app", "start d1--1-app"});
  CHECK(addresses().size() == 2);
}

TEST_CASE_METHOD(InstancesFixture, "the next release has as many as it is to have, whatever the strategy") {
  strategy = GENERATE(Strategy::StopStart, Strategy::Rolling);
  Deployment next = release("d2");
  next.resources["app"].instance_count = GENERATE(1U, 3U);
  REQUIRE(deploy(next).success());
  CHECK(addresses().size() == *next.resources["app"].instance_count);
  CHECK(container_ids().size() == *next.resources["app"].instance_count);
  CHECK(served() == "d2");
}

TEST_CASE_METHOD(InstancesFixture, "one instance that does not start takes the deployment back") {
  life->engine.on_start = [](test::FakeEngine::Container& container) {
    const bool broken = container.spec.labels.at("release") == "d2" && container.spec.labels.at("instance") == "1";
    if (!broken) test::FakeEngine::listen(container);
  };
  CHECK_FALSE(deploy(two("d2")).success());
  CHECK(served() == "d1");
  CHECK(addresses().size() == 2);
}

TEST_CASE_METHOD(InstancesFixture, "after a crash of penstockd all of them are taken up") {
  boot();
  life->deployer.recover();
  CHECK(addresses().size() == 2);
  CHECK(container_ids() == Ids{"d1-app", "d1--1-app"});
}
