#include "base/error.h"
#include "unit/store/fixture.h"

#include <catch2/catch.hpp>

namespace penstock {

using test::StoreFixture;

TEST_CASE_METHOD(StoreFixture, "deployments are numbered within their environment") {
  CHECK(add_deployment("one").number == 1);
  CHECK(add_deployment("two").number == 2);
  CHECK(store.deployments().list("shop", "main").at(0).id == "two");
  CHECK_THROWS_AS(add_deployment("two"), Conflict);
  CHECK_THROWS_AS(store.deployments().add({.id = "x", .project = "shop", .environment = "none"}), Conflict);
}

TEST_CASE_METHOD(StoreFixture, "a commit moves everything at once") {
  add_deployment("one");
  store.journal().append("one", "unmount");
  store.deployments().commit("one");
  add_deployment("two");
  store.deployments().commit("two", {{.step = "drop snapshot", .data = {{"volume", "v"}}}});
  const Environment environment = store.environments().get("shop", "main");
  CHECK(environment.current_deployment == "two");
  CHECK(environment.deployment_state.last_deployment_successful);
  CHECK(store.deployments().current("shop", "main")->id == "two");
  CHECK(store.deployments().get("two").committed_at);
  CHECK(store.deployments().get("one").status == DeploymentStatus::Superseded);
  CHECK(store.journal().entries("one").empty());
  CHECK(store.journal().entries("two").at(0).data["volume"] == "v");
}

TEST_CASE_METHOD(StoreFixture, "a failed deployment leaves the current one") {
  add_deployment("one");
  store.deployments().commit("one");
  add_deployment("two");
  store.journal().append("two", "start");
  store.deployments().fail("two", "deploy hook ended with status code 1");
  const Environment environment = store.environments().get("shop", "main");
  CHECK(environment.current_deployment == "one");
  CHECK_FALSE(environment.deployment_state.last_deployment_successful);
  CHECK(store.deployments().unfinished().empty());
  CHECK(store.journal().deployments().empty());
}

TEST_CASE_METHOD(StoreFixture, "a live deployment that is to blame stays live") {
  Deployment one = add_deployment("one");
  store.deployments().commit("one");
  store.deployments().blame("one", "the post_deploy hook failed", false);
  const Environment environment = store.environments().get("shop", "main");
  CHECK(environment.current_deployment == "one");
  CHECK_FALSE(environment.deployment_state.last_deployment_successful);
  CHECK(environment.deployment_state.last_deployment_failure_reason == "the post_deploy hook failed");
  CHECK(store.deployments().get("one").deploy_fingerprint == one.deploy_fingerprint);
  store.deployments().blame("one", "the deploy hook failed", true);
  CHECK(store.deployments().get("one").deploy_fingerprint.empty());
}

TEST_CASE_METHOD(StoreFixture, "a deployment ends once") {
  add_deployment("one");
  store.deployments().commit("one");
  CHECK_THROWS_AS(store.deployments().commit("one"), Conflict);
  CHECK_THROWS_WITH(store.deployments().fail("one", ""), "cannot end deployment one: it is committed");
}

TEST_CASE_METHOD(StoreFixture, "a deployment under way is found after a crash, with its journal in order") {
  add_deployment("one");
  CHECK(store.journal().append("one", "hold") == 1);
  CHECK(store.journal().append("one", "unmount", {{"container", "c1"}}) == 2);
  Store again(directory.path());
  CHECK(again.deployments().unfinished().at(0).id == "one");
  CHECK(again.journal().deployments() == std::vector<std::string>{"one"});
  const std::vector<JournalEntry> entries = again.journal().entries("one");
  REQUIRE(entries.size() == 2);
  CHECK(entries[1].step == "unmount");
  CHECK(entries[1].data["container"] == "c1");
}

TEST_CASE_METHOD(StoreFixture, "the journal of an unknown deployment is refused") {
  CHECK_THROWS_AS(store.journal().append("none", "hold"), Conflict);
}

TEST_CASE_METHOD(StoreFixture, "a retired environment has no current deployment") {
  add_deployment("one");
  store.deployments().commit("one");
  store.deployments().retire("shop", "main");
  CHECK_FALSE(store.environments().get("shop", "main").current_deployment);
  CHECK(store.deployments().get("one").status == DeploymentStatus::Superseded);
}

TEST_CASE_METHOD(StoreFixture, "artifacts in use are the current, the coming and the last ones") {
  add_deployment("one", "d1");
  store.deployments().commit("one");
  add_deployment("two", "d2");
  store.deployments().fail("two", "why");
  add_deployment("three", "d3");
  store.deployments().fail("three", "why");
  CHECK(store.artifacts().in_use(1) == std::set<std::string>{"d1", "d3"});
  CHECK(store.artifacts().in_use(2) == std::set<std::string>{"d1", "d2", "d3"});
  add_deployment("four", "d4");
  CHECK(store.artifacts().in_use(0) == std::set<std::string>{"d1", "d4"});
}

TEST_CASE_METHOD(StoreFixture, "what a staged push was built to is in use") {
  store.artifacts().add({.digest = "d1"});
  store.builds().add(KnownBuild{"shop", "b1", "d1"});
  store.builds().add(CommitArtifact{"shop", "c1", "app", "b1"});
  Activity push{.id = "x", .project = "shop", .environment = "main", .type = "environment.push"};
  push.parameters["new_commit"] = "c1";
  store.activities().add(push);
  CHECK(store.artifacts().in_use(1).empty());
  push.state = ActivityState::Staged;
  store.activities().update(push);
  CHECK(store.artifacts().in_use(1) == std::set<std::string>{"d1"});
}

TEST_CASE_METHOD(StoreFixture, "pruning keeps the last deployments and the current one") {
  add_deployment("one");
  store.deployments().commit("one");
  for (const char* id : {"two", "three", "four"}) {
    add_deployment(id);
    store.deployments().fail(id, "why");
  }
  store.deployments().prune("shop", "main", 1);
  const std::vector<Deployment> left = store.deployments().list("shop", "main");
  REQUIRE(left.size() == 2);
  CHECK(left[0].id == "four");
  CHECK(left[1].id == "one");
}

TEST_CASE_METHOD(StoreFixture, "failed deployments do not push out releases that were live") {
  for (const char* id : {"one", "two"}) {
    add_deployment(id, std::string("d-") + id);
    store.deployments().commit(id);
  }
  for (const char* id : {"three", "four", "five"}) {
    add_deployment(id, std::string("d-") + id);
    store.deployments().fail(id, "why");
  }
  CHECK(store.artifacts().in_use(2) == std::set<std::string>{"d-one", "d-two", "d-four", "d-five"});
  store.deployments().prune("shop", "main", 2);
  CHECK(store.deployments().find("one"));
  CHECK_FALSE(store.deployments().find("three"));
}

TEST_CASE_METHOD(StoreFixture, "a deployment knows the head of its branch, which a rollback leaves behind") {
  CHECK(add_deployment("one").head == "c");
  Deployment back = store.deployments().get("one");
  back.id = "back";
  back.head = "newer";
  store.deployments().add(back);
  CHECK(store.deployments().get("back").head == "newer");
  CHECK(store.deployments().get("back").commit == "c");
}

}  // namespace penstock
