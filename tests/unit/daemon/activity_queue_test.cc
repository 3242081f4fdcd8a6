#include "daemon/activity_queue.h"

#include "base/error.h"
#include "base/file.h"
#include "daemon/activities.h"
#include "store/store.h"

#include <catch2/catch.hpp>

#include <future>

using namespace penstock;

namespace {

struct Fixture {
  Fixture() { store.projects().add(project); }

  ActivityJob job(const std::string& environment, ActivityWork work) {
    Environment named;
    named.project = project.id;
    named.name = environment;
    return {new_activity("environment.redeploy", named, "ada", "a test"), std::move(work)};
  }
  Activity ended(const std::string& id) {
    LogFollower follower(store.logs().open(id));
    while (!follower.ended()) follower.next({});
    return store.activities().get(id);
  }

  TemporaryDirectory directory;
  Store store{directory.path()};
  Project project = new_project("Test");
  ActivityQueue queue{store};
};

ActivityOutcome succeed(ActivityRun&) {
  return ActivityOutcome::success();
}

// Until somebody stops it.
ActivityOutcome endure(ActivityRun& run) {
  std::promise<void> stopped;
  const std::stop_callback wake(run.stop(), [&stopped] { stopped.set_value(); });
  stopped.get_future().wait();
  throw Cancelled("stopped");
}

}  // namespace

TEST_CASE("an activity is stored before it runs, and with its end before its log is sealed") {
  Fixture fixture;
  const Activity activity = fixture.queue.submit(fixture.job("main", [](ActivityRun& run) {
    run.output().line("hello");
    return ActivityOutcome::failure("shell");
  }));
  const Activity ended = fixture.ended(activity.id);
  CHECK(ended.state == ActivityState::Complete);
  CHECK(ended.result == ActivityResult::Failure);
  CHECK(ended.failure_reason == "shell");
  CHECK(ended.completion_percent == 100);
  CHECK(ended.timings.contains("execute"));
}

TEST_CASE("activities of one environment run one after the other, in order") {
  Fixture fixture;
  std::vector<int> order;
  std::vector<ActivityJob> jobs;
  for (int i = 0; i < 5; ++i) {
    jobs.push_back(fixture.job("main", [i, &order](ActivityRun&) {
      order.push_back(i);
      return ActivityOutcome::success();
    }));
  }
  fixture.queue.submit(std::move(jobs));
  fixture.queue.wait_until_idle(fixture.project.id, "main");
  CHECK(order == std::vector<int>{0, 1, 2, 3, 4});
}

TEST_CASE("environments do not wait for each other") {
  Fixture fixture;
  std::promise<void> other_ran;
  auto ran = other_ran.get_future().share();
  const Activity waiting = fixture.queue.submit(fixture.job("main", [ran](ActivityRun&) {
    ran.wait();
    return ActivityOutcome::success();
  }));
  fixture.queue.submit(fixture.job("feature", [&other_ran](ActivityRun&) {
    other_ran.set_value();
    return ActivityOutcome::success();
  }));
  CHECK(fixture.ended(waiting.id).result == ActivityResult::Success);
}

TEST_CASE("what is pending and what runs can be cancelled, what has ended cannot") {
  Fixture fixture;
  const Activity running = fixture.queue.submit(fixture.job("main", endure));
  const Activity pending = fixture.queue.submit(fixture.job("main", succeed));
  CHECK(fixture.queue.cancel(pending.id));
  CHECK(fixture.ended(pending.id).state == ActivityState::Cancelled);
  CHECK(fixture.queue.cancel(running.id));
  CHECK(fixture.ended(running.id).state == ActivityState::Cancelled);
  fixture.queue.wait_until_idle(fixture.project.id, "main");
  CHECK_FALSE(fixture.queue.cancel(running.id));
}

TEST_CASE("an error of the work is told in the log and fails the activity") {
  Fixture fixture;
  const Activity activity = fixture.queue.submit(
      fixture.job("main", [](ActivityRun&) -> ActivityOutcome { throw UserError("cannot do it"); }));
  CHECK(fixture.ended(activity.id).failure_reason == "error");
  LogFollower follower(fixture.store.logs().open(activity.id));
  CHECK(follower.next({}).find("E: cannot do it") != std::string::npos);
}

TEST_CASE("a stop leaves what runs and what waits unfinished, for the next start to see") {
  Fixture fixture;
  fixture.queue.submit(fixture.job("main", endure));
  fixture.queue.submit(fixture.job("main", succeed));
  fixture.queue.stop();
  CHECK(fixture.store.activities().unfinished().size() == 2);
  CHECK_THROWS_AS(fixture.queue.submit(fixture.job("main", succeed)), Error);
}

TEST_CASE("work between activities happens once after some have run") {
  Fixture fixture;
  int times = 0;
  fixture.queue.after_activities({}, [&times] { ++times; });
  fixture.queue.submit(fixture.job("main", succeed));
  fixture.queue.after_activities({}, [&times] { ++times; });
  std::stop_source stop;
  stop.request_stop();
  fixture.queue.after_activities(stop.get_token(), [&times] { ++times; });
  CHECK(times == 2);
}

TEST_CASE("another lane of an environment does not wait, but the environment is idle only when all are") {
  Fixture fixture;
  ActivityJob beside = fixture.job("main", endure);
  beside.lane = "cron app";
  const Activity cron = fixture.queue.submit(std::move(beside));
  const Activity change = fixture.queue.submit(fixture.job("main", succeed));
  CHECK(fixture.ended(change.id).result == ActivityResult::Success);
  int times = 0;
  fixture.queue.after_activities({}, [&times] { ++times; });
  CHECK(times == 1);
  CHECK(fixture.store.activities().get(cron.id).state != ActivityState::Complete);
  CHECK(fixture.queue.cancel(cron.id));
  fixture.queue.wait_until_idle(fixture.project.id, "main");
  CHECK(fixture.store.activities().get(cron.id).state == ActivityState::Cancelled);
}
