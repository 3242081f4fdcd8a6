#include "base/error.h"
#include "base/id.h"
#include "unit/store/fixture.h"

#include <catch2/catch.hpp>

namespace penstock {

using test::StoreFixture;

TEST_CASE_METHOD(StoreFixture, "a project is found again and known once") {
  Project project = new_project("Blog", "trunk");
  store.projects().add(project);
  CHECK(store.projects().get(project.id).settings.allow_rolling_deployments);
  project.settings.allow_rolling_deployments = false;
  store.projects().update(project);
  CHECK_FALSE(store.projects().get(project.id).settings.allow_rolling_deployments);
  CHECK(project.id.size() == 13);
  CHECK(project.entropy.size() == 56);
  CHECK(store.projects().get(project.id).default_branch == "trunk");
  CHECK(store.projects().get(project.id).created_at == project.created_at);
  CHECK(store.projects().list().size() == 2);
  CHECK_THROWS_AS(store.projects().add(project), Conflict);
}

TEST_CASE_METHOD(StoreFixture, "what does not exist is NotFound") {
  CHECK_THROWS_AS(store.projects().get("none"), NotFound);
  CHECK_THROWS_AS(store.projects().remove("none"), NotFound);
  CHECK_THROWS_AS(store.environments().get("shop", "none"), NotFound);
  CHECK_THROWS_AS(store.activities().get("none"), NotFound);
  CHECK_THROWS_AS(store.artifacts().get("none"), NotFound);
  CHECK_THROWS_AS(store.deployments().get("none"), NotFound);
  CHECK_THROWS_AS(store.variables().get("shop", std::nullopt, "none"), NotFound);
  CHECK_FALSE(store.projects().find("none"));
}

TEST_CASE_METHOD(StoreFixture, "a project takes all that belongs to it along") {
  store.activities().add({.id = "a", .project = "shop", .type = "project.create"});
  store.variables().add({.project = "shop", .name = "env:A"});
  add_deployment("one");
  store.projects().remove("shop");
  CHECK_FALSE(store.activities().find("a"));
  CHECK_FALSE(store.deployments().find("one"));
  CHECK(store.environments().list_all().empty());
}

TEST_CASE_METHOD(StoreFixture, "records survive the process") {
  const Store again(directory.path());
  CHECK(const_cast<Store&>(again).projects().get("shop").title == "Shop");
}

TEST_CASE_METHOD(StoreFixture, "a token is found by its secret alone") {
  const NewToken token = new_token("laptop");
  store.tokens().add(token.record);
  CHECK(store.tokens().find_by_secret(token.secret)->name == "laptop");
  CHECK_FALSE(store.tokens().find_by_secret(token.record.sha256));
  CHECK_THROWS_AS(store.tokens().add(token_of("again", token.secret)), Conflict);
  store.tokens().remove(token.record.id);
  CHECK_FALSE(store.tokens().find_by_secret(token.secret));
}

TEST_CASE_METHOD(StoreFixture, "an environment keeps its settings and state") {
  Environment environment = store.environments().get("shop", "main");
  environment.status = EnvironmentStatus::Active;
  environment.settings.hold = EnvironmentSettings::Hold::All;
  environment.settings.hold_max_requests = 7;
  environment.settings.hold_max_bytes = std::int64_t{5} << 30;
  environment.settings.drain_timeout_s = 0;
  environment.settings.stop_grace_s = 3;
  environment.settings.enable_cache_grace_period = true;
  environment.deployment_state = {wall_now(), false, "start command ended"};
  store.environments().update(environment);
  const Environment read = store.environments().get("shop", "main");
  CHECK(read.status == EnvironmentStatus::Active);
  CHECK(read.settings.hold == EnvironmentSettings::Hold::All);
  CHECK(read.settings.hold_max_requests == 7);
  CHECK(read.settings.hold_max_bytes == std::int64_t{5} << 30);
  CHECK(read.settings.drain_timeout_s == 0);
  CHECK(read.settings.stop_grace_s == 3);
  CHECK(read.settings.enable_cache_grace_period);
  CHECK(read.deployment_state.last_deployment_at == environment.deployment_state.last_deployment_at);
  CHECK(read.deployment_state.last_deployment_failure_reason == "start command ended");
  CHECK(read.updated_at > environment.updated_at);
}

TEST_CASE_METHOD(StoreFixture, "an environment has the access of its nearest parent that says something about it") {
  add_environment("staging", "main");
  add_environment("feature", "staging");
  const auto access_of = [&](const std::string& name) {
    return store.environments().http_access(store.environments().get("shop", name));
  };
  CHECK(access_of("feature") == HttpAccess{});
  Environment main = store.environments().get("shop", "main");
  main.settings.http_access = {.is_enabled = true, .addresses = {{false, "any"}}, .basic_auth = {{"ada", "hash"}}};
  main.settings.restrict_robots = false;
  store.environments().update(main);
  CHECK(access_of("main") == *main.settings.http_access);
  CHECK(access_of("feature") == *main.settings.http_access);
  CHECK_FALSE(store.environments().get("shop", "main").settings.restrict_robots);
  CHECK(store.environments().get("shop", "feature").settings.restrict_robots);
  Environment staging = store.environments().get("shop", "staging");
  staging.settings.http_access = {.is_enabled = false};
  store.environments().update(staging);
  CHECK_FALSE(access_of("feature").is_enabled);
}

TEST_CASE_METHOD(StoreFixture, "an environment is known once and needs its project") {
  CHECK_THROWS_AS(add_environment("main"), Conflict);
  CHECK_THROWS_AS(store.environments().add({.project = "none", .name = "main"}), Conflict);
}

TEST_CASE("a machine name fits a host name and differs for every branch") {
  CHECK(machine_name_of("main") == "main-" + machine_name_of("main").substr(5));
  CHECK(machine_name_of("main").size() == 12);
  CHECK_THAT(machine_name_of("feature/Größe"), Catch::StartsWith("feature-gr-e-"));
  CHECK(machine_name_of("a/b") != machine_name_of("a-b"));
  CHECK_THAT(machine_name_of("äöü"), Catch::StartsWith("env-"));
  CHECK(machine_name_of(std::string(200, 'x')).size() == 40);
}

TEST_CASE_METHOD(StoreFixture, "an unknown name lists the known ones") {
  CHECK_THROWS_WITH(environment_type_of("test"),
                    "unknown environment type \"test\": expected one of production, staging, development");
}

TEST_CASE_METHOD(StoreFixture, "a variable of an environment wins over its parent's and the project's") {
  add_environment("feature", "main");
  store.variables().add({.project = "shop", .name = "env:A", .value = "project"});
  store.variables().add({.project = "shop", .name = "env:B", .value = "project"});
  store.variables().add({.project = "shop", .name = "env:C", .value = "project"});
  store.variables().add({.project = "shop", .environment = "main", .name = "env:B", .value = "parent"});
  store.variables().add(
      {.project = "shop", .environment = "main", .name = "env:C", .value = "parent", .is_inheritable = false});
  store.variables().add({.project = "shop", .environment = "feature", .name = "env:D", .is_enabled = false});
  std::string values;
  for (const Variable& variable : store.variables().effective("shop", "feature")) {
    values += variable.name + "=" + variable.value + " ";
  }
  CHECK(values == "env:A=project env:B=parent env:C=project ");
}

TEST_CASE_METHOD(StoreFixture, "a variable is known once per level") {
  const Variable variable{.project = "shop", .name = "env:A", .value = "1", .application_scope = {"app"}};
  store.variables().add(variable);
  CHECK_THROWS_AS(store.variables().add(variable), Conflict);
  Variable changed = variable;
  changed.value = "2";
  store.variables().update(changed);
  CHECK(store.variables().get("shop", std::nullopt, "env:A").value == "2");
  CHECK(store.variables().get("shop", std::nullopt, "env:A").application_scope == std::vector<std::string>{"app"});
  store.variables().remove("shop", std::nullopt, "env:A");
  CHECK(store.variables().list("shop", std::nullopt).empty());
}

TEST_CASE_METHOD(StoreFixture, "a build is known until its artifact goes") {
  store.artifacts().add({.digest = "d1", .size = 5, .manifest = {{"commit", "c1"}}});
  store.artifacts().add({.digest = "d1", .size = 5});
  store.builds().add(KnownBuild{"shop", "b1", "d1"});
  store.builds().add(CommitArtifact{"shop", "c1", "app", "b1"});
  CHECK(store.artifacts().get("d1").manifest["commit"] == "c1");
  CHECK(store.builds().find("shop", "b1")->digest == "d1");
  CHECK(store.builds().of_commit("shop", "c1").at(0).build_id == "b1");
  store.artifacts().remove("d1");
  CHECK_FALSE(store.builds().find("shop", "b1"));
  CHECK(store.builds().of_commit("shop", "c1").empty());
}

TEST_CASE_METHOD(StoreFixture, "a build of an artifact that is not stored is refused") {
  CHECK_THROWS_AS(store.builds().add(KnownBuild{"shop", "b1", "none"}), Conflict);
}

TEST_CASE_METHOD(StoreFixture, "when a cron ran last is known until its environment goes") {
  const CronId tidy{"shop", "main", "app", "tidy"};
  CHECK_FALSE(store.crons().last(tidy));
  const WallTime now = wall_now();
  store.crons().begin(tidy, now - std::chrono::minutes(5));
  store.crons().begin(tidy, now);
  CHECK(store.crons().last(tidy) == now);
  CHECK_FALSE(store.crons().last({"shop", "main", "app", "other"}));
  CHECK_THROWS_AS(store.crons().begin({"shop", "none", "app", "tidy"}, now), Conflict);
  store.environments().remove("shop", "main");
  CHECK_FALSE(store.crons().last(tidy));
}

}  // namespace penstock
