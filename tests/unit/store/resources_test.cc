#include "base/error.h"
#include "unit/store/fixture.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace penstock {

using test::StoreFixture;

const ResourcesByName kSome{{"app", {.profile_size = "0.5", .instance_count = 2, .disk = 1024}},
                            {"database", {.profile_size = "1", .instance_count = {}, .disk = {}}}};

TEST_CASE_METHOD(StoreFixture, "an environment has the resources that were set, and none before") {
  CHECK(store.resources().get("shop", "main").empty());
  store.resources().set("shop", "main", kSome);
  CHECK(store.resources().get("shop", "main") == kSome);
  store.resources().set("shop", "main", {});
  CHECK(store.resources().get("shop", "main").empty());
  CHECK_THROWS_AS(store.resources().set("shop", "none", kSome), Conflict);
}

TEST_CASE_METHOD(StoreFixture, "a new environment has its parent's resources, the smallest or the server's default") {
  store.resources().set("shop", "main", kSome);
  const std::map<std::string, ResourcesInit> inits{
      {"copy", ResourcesInit::Parent}, {"small", ResourcesInit::Minimum}, {"plain", ResourcesInit::Default}};
  for (const auto& [name, init] : inits) {
    add_environment(name, "main");
    store.resources().init(store.environments().get("shop", name), init);
  }
  CHECK(store.resources().get("shop", "copy") == kSome);
  CHECK(resources_of(store.resources().get("shop", "small"), "anything").profile_size == "0.1");
  CHECK(store.resources().get("shop", "plain").empty());
}

TEST_CASE_METHOD(StoreFixture, "resources go with their environment, and a deployment keeps its own") {
  store.resources().set("shop", "main", kSome);
  store.deployments().add({.id = "one", .project = "shop", .environment = "main", .resources = kSome});
  store.resources().set("shop", "main", {});
  CHECK(store.deployments().get("one").resources == kSome);
  store.environments().remove("shop", "main");
  add_environment("main");
  CHECK(store.resources().get("shop", "main").empty());
}

TEST_CASE("there are no other ways to begin than the known ones") {
  CHECK(resources_init_of("parent") == ResourcesInit::Parent);
  CHECK_THROWS_AS(resources_init_of("manual"), UserError);
}

}  // namespace penstock
