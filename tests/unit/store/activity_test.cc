#include "base/error.h"
#include "unit/store/fixture.h"

#include <catch2/catch.hpp>

namespace penstock {
namespace {

struct ActivityFixture : test::StoreFixture {
  const WallTime start = wall_now();

  void add(const std::string& id, const std::string& type, ActivityState state = ActivityState::Pending) {
    ++added;
    store.activities().add({.id = id,
                            .project = "shop",
                            .environment = "main",
                            .type = type,
                            .state = state,
                            .created_at = start + std::chrono::microseconds(added)});
  }

  std::string ids(const ActivityFilter& filter) {
    std::string result;
    for (const Activity& activity : store.activities().list(filter)) result += activity.id;
    return result;
  }

  int added = 0;
};

}  // namespace

TEST_CASE_METHOD(ActivityFixture, "an activity is stored whole") {
  Activity activity{.id = "x", .project = "shop", .type = "environment.push"};
  store.activities().add(activity);
  activity.state = ActivityState::Complete;
  activity.result = ActivityResult::Failure;
  activity.failure_reason = "shell";
  activity.commands = {{"app", "deploy", 3}};
  activity.timings = {{"build", 1.5}};
  activity.payload = {{"commits_count", 2}};
  activity.completed_at = wall_now();
  store.activities().update(activity);
  const Activity read = store.activities().get("x");
  CHECK(read.finished());
  CHECK(read.result == ActivityResult::Failure);
  CHECK(read.failure_reason == "shell");
  CHECK(read.commands.at(0).exit_code == 3);
  CHECK(read.timings.at("build") == 1.5);
  CHECK(read.payload["commits_count"] == 2);
  CHECK(read.completed_at == activity.completed_at);
  CHECK_FALSE(read.started_at);
  CHECK_FALSE(read.environment);
}

TEST_CASE_METHOD(ActivityFixture, "activities are listed newest first, as filtered") {
  add("a", "environment.push", ActivityState::Complete);
  add("b", "environment.redeploy", ActivityState::Complete);
  add("c", "environment.push", ActivityState::InProgress);
  add("d", "project.create");
  CHECK(ids({.project = "shop"}) == "dcba");
  CHECK(ids({.project = "shop", .environment = "main", .count = 2}) == "dc");
  CHECK(ids({.project = "shop", .environment = "other"}).empty());
  CHECK(ids({.project = "shop", .types = {"environment.push", "project.create"}}) == "dca");
  CHECK(ids({.project = "shop", .states = {ActivityState::Complete}}) == "ba");
  CHECK(ids({.project = "shop", .starts_at = start + std::chrono::microseconds(3)}) == "ba");
  CHECK(ids({.project = "shop", .results = {ActivityResult::Success}}).empty());
}

TEST_CASE_METHOD(ActivityFixture, "what a start-up takes up is oldest first") {
  add("a", "environment.push", ActivityState::InProgress);
  add("b", "environment.push", ActivityState::Complete);
  add("c", "environment.push");
  const std::vector<Activity> unfinished = store.activities().unfinished();
  REQUIRE(unfinished.size() == 2);
  CHECK(unfinished[0].id == "a");
  CHECK(unfinished[1].id == "c");
}

TEST_CASE_METHOD(ActivityFixture, "crons that ran as they should can be left out, and old runs are forgotten") {
  for (const char* id : {"a", "b", "c", "d"}) {
    add(id, kCronActivity);
    Activity run = store.activities().get(id);
    run.state = ActivityState::Complete;
    run.result = std::string(id) == "b" ? ActivityResult::Failure : ActivityResult::Success;
    run.completed_at = wall_now();
    store.activities().update(run);
  }
  add("e", kCronActivity, ActivityState::InProgress);
  add("f", "environment.push");
  CHECK(ids({.project = "shop", .without_quiet_crons = true}) == "feb");
  CHECK(store.activities().forget_crons("shop", "main", 2).size() == 2);
  CHECK(store.activities().forget_crons("shop", "main", 2).empty());
  CHECK(ids({.project = "shop"}) == "fedc");
}

}  // namespace penstock
