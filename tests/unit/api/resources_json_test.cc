#include "api/resources_json.h"

#include "base/error.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace penstock;
using api::changed_resources;

namespace {

config::Configuration sample() {
  config::Configuration configuration;
  config::Application& app = configuration.applications["app"];
  app.name = "app";
  app.type = "nodejs:18";
  app.workers["queue"].commands.start = "work";
  configuration.services["database"].type = "postgresql:15";
  return configuration;
}

Json patch_of(const char* section, const char* name, const Json& values) {
  return {{section, {{name, values}}}};
}

}  // namespace

TEST_CASE("a patch changes what it names, and leaves the rest") {
  const ResourcesByName before{{"app--queue", {.profile_size = "1", .instance_count = 3, .disk = {}}}};
  const Json patch = {{"webapps", {{"app", {{"resources", {{"profile_size", "0.5"}}}, {"disk", 1024}}}}},
                      {"workers", {{"app--queue", {{"instance_count", 2}}}}},
                      {"services", {{"database", {{"resources", {{"profile_size", 2}}}}}}}};
  const ResourcesByName after = changed_resources(before, sample(), patch);
  CHECK(after.at("app") == Resources{.profile_size = "0.5", .instance_count = {}, .disk = 1024});
  CHECK(after.at("app--queue") == Resources{.profile_size = "1", .instance_count = 2, .disk = {}});
  CHECK(after.at("database").profile_size == "2");
}

TEST_CASE("null takes back what was set") {
  const ResourcesByName before{{"app", {.profile_size = "1", .instance_count = {}, .disk = {}}}};
  CHECK(changed_resources(before, sample(), patch_of("webapps", "app", {{"resources", {{"profile_size", nullptr}}}}))
            .empty());
}

TEST_CASE("resources that cannot be are refused, with what can") {
  const auto change = [](const char* section, const char* name, const Json& values) {
    changed_resources({}, sample(), patch_of(section, name, values));
  };
  CHECK_THROWS_WITH(change("webapps", "app", {{"resources", {{"profile_size", "3"}}}}),
                    Catch::Contains("there is no size '3', expected '0.1', '0.25'"));
  CHECK_THROWS_WITH(change("webapps", "ap", {{"disk", 1}}), Catch::Contains("did you mean 'app'?"));
  CHECK_THROWS_AS(change("webapps", "app--queue", {{"disk", 1}}), UserError);
  CHECK_THROWS_AS(change("webapps", "app", {{"instance_count", 0}}), UserError);
  CHECK_THROWS_AS(change("webapps", "app", {{"instance_count", 1000}}), UserError);
  CHECK_THROWS_AS(change("services", "database", {{"instance_count", 2}}), UserError);
  CHECK_THROWS_AS(change("webapps", "app", {{"colour", 1}}), UserError);
  CHECK_THROWS_AS(change("routes", "app", {{"disk", 1}}), UserError);
  CHECK_THROWS_AS(changed_resources({}, sample(), {{"webapps", 3}}), UserError);
}

TEST_CASE("a component is shown with its profile, its size and the smallest there is") {
  Json document;
  api::add_resources(document, "HIGH_CPU", {.profile_size = "0.5", .instance_count = 2, .disk = {}});
  CHECK(document.at("instance_count") == 2);
  CHECK(document.at("disk").is_null());
  CHECK(document.at("resources").at("profile_size") == "0.5");
  CHECK(document.at("resources").at("minimum").at("memory") == 64);
  CHECK(api::container_profiles_json().at("HIGH_MEMORY").at("2").at("memory") == 4032);
}
