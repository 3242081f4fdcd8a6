#include "pipeline/build_identity.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace penstock;

namespace {

config::Application sample() {
  config::Application application;
  application.name = "app";
  application.type = "nodejs:18";
  application.hooks.build = "make";
  application.mounts["data"] = {};
  return application;
}

std::string id_of(const config::Application& application, std::vector<lifecycle::UserVariable> variables = {},
                  const std::string& tree = "t", const std::string& image = "i") {
  return BuildIdentity{tree, application, std::move(variables), image}.id();
}

}  // namespace

TEST_CASE("what a build depends on changes its id") {
  const std::string id = id_of(sample());
  CHECK(id_of(sample(), {}, "other") != id);
  CHECK(id_of(sample(), {}, "t", "other") != id);
  CHECK(id_of(sample(), {{"env:A", "1"}}) != id);
  CHECK(id_of(sample(), {{"env:A", "1"}}) != id_of(sample(), {{"env:A", "1", true}}));
  auto changed = sample();
  SECTION("hook") {
    changed.hooks.build = "make all";
  }
  SECTION("dependencies") {
    changed.dependencies["nodejs"] = {{"pnpm", "*"}};
  }
  SECTION("flavor") {
    changed.flavor = "none";
  }
  SECTION("mounts") {
    changed.mounts["more"] = {};
  }
  SECTION("variables") {
    changed.variables["env"]["A"] = 1;
  }
  SECTION("name") {
    changed.name = "other";
  }
  CHECK(id_of(changed) != id);
}

TEST_CASE("what only a deployment depends on does not") {
  auto changed = sample();
  changed.hooks.deploy = "migrate";
  changed.hooks.post_deploy = "warm";
  changed.web.commands.start = "node index.js";
  changed.web.locations["/"] = {};
  changed.relationships["api"] = {"backend", "http"};
  CHECK(id_of(changed) == id_of(sample()));
}

TEST_CASE("the order of variables does not matter") {
  CHECK(id_of(sample(), {{"env:A", "1"}, {"env:B", "2"}}) == id_of(sample(), {{"env:B", "2"}, {"env:A", "1"}}));
}

TEST_CASE("two fields are never read as one") {
  CHECK(id_of(sample(), {{"env:A", "12"}}) != id_of(sample(), {{"env:A1", "2"}}));
}
