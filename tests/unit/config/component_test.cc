#include "config/component.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace penstock::config {
namespace {

Application sample() {
  Application application;
  application.name = "app";
  application.type = "python:3.11";
  application.relationships["api"] = {"backend", "http"};
  application.mounts["data"] = {MountSource::Storage, "data", ""};
  application.hooks.deploy = "migrate";
  application.web.commands.start = "serve";
  application.workers["queue"].commands.start = "work";
  return application;
}

}  // namespace

TEST_CASE("an application has a component for its web part and one for each worker") {
  const auto components = components_of(sample());
  REQUIRE(components.size() == 2);
  CHECK(components.at("app").commands.start == "serve");
  CHECK_FALSE(components.at("app").is_worker());
  CHECK(components.at("app--queue").commands.start == "work");
  CHECK(components.at("app--queue").title() == "worker app--queue");
}

TEST_CASE("a worker inherits what it does not say itself, but not hooks and web") {
  const Application worker = components_of(sample()).at("app--queue").application;
  CHECK(worker.name == "app");
  CHECK(worker.relationships.contains("api"));
  CHECK(worker.mounts.contains("data"));
  CHECK(worker.hooks.deploy.empty());
  CHECK(worker.web.commands.start.empty());
}

TEST_CASE("an override replaces the entire property, for that component alone") {
  Application application = sample();
  application.web.overrides.mounts.emplace();
  application.workers["queue"].overrides.variables = {{"env", {{"ROLE", "queue"}}}};
  application.workers["queue"].overrides.mounts = {{"spool", {MountSource::Instance, "spool", ""}}};
  application.variables = {{"env", {{"COLOR", "red"}}}};
  const auto components = components_of(application);
  CHECK(components.at("app").application.mounts.empty());
  CHECK(components.at("app").application.variables == application.variables);
  CHECK(components.at("app--queue").application.mounts.size() == 1);
  CHECK(components.at("app--queue").application.variables.at("env").count("COLOR") == 0);
  CHECK(mount_points(application) == std::set<std::string>{"spool"});
}

TEST_CASE("workers and overrides survive being stored") {
  Application application = sample();
  application.web.overrides.relationships.emplace();
  application.workers["queue"].overrides.other["access"] = {{"ssh", "admin"}};
  const Json json = application.to_json();
  CHECK(Application::from_json(json).to_json() == json);
  CHECK(components_of(Application::from_json(json)).at("app").application.relationships.empty());
  CHECK(components_of(Application::from_json(json)).at("app--queue").application.other.at("access").at("ssh") ==
        "admin");
}

TEST_CASE("of workers only their mounts are a part of what is built") {
  Application application = sample();
  const Json before = application.build_slug();
  application.workers["queue"].commands.start = "work harder";
  CHECK(application.build_slug() == before);
  application.workers["queue"].overrides.mounts = {{"spool", {MountSource::Instance, "spool", ""}}};
  CHECK(application.build_slug().at("workers").at("queue").at("mounts").contains("spool"));
}

TEST_CASE("a component is shown as the part it is") {
  const auto components = components_of(sample());
  CHECK_FALSE(components.at("app").to_json().contains("workers"));
  const Json worker = components.at("app--queue").to_json();
  CHECK(worker.at("name") == "app--queue");
  CHECK(worker.at("app") == "app");
  CHECK(worker.at("worker").at("commands").at("start") == "work");
  CHECK_FALSE(worker.contains("web"));
}

}  // namespace penstock::config
