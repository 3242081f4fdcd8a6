// Runs activities: one at a time per lane of an environment, lanes and environments in parallel, in the order asked.
#pragma once

#include "base/synchronized.h"
#include "daemon/activity_run.h"

#include <condition_variable>
#include <deque>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace penstock {

// Thread safe.
class ActivityQueue {
 public:
  explicit ActivityQueue(Store& store) : store_(store) {}
  ActivityQueue(const ActivityQueue&) = delete;
  ~ActivityQueue();

  // Records the activities as pending, durably, before it returns. Those of one call enter their environments' queues
  // together: two calls never wait for each other. Throws Error once stopped.
  std::vector<Activity> submit(std::vector<ActivityJob> jobs);
  Activity submit(ActivityJob job);

  // One that is pending ends at once, one that runs is told to stop. False when it has ended.
  bool cancel(const std::string& activity);
  // Waits until nothing of the environment, in any lane, is pending or running.
  void wait_until_idle(const std::string& project, const std::string& environment);

  // Waits until changes have run since the last call and none runs now, then runs `work`; those submitted meanwhile
  // begin after it. Other lanes are nobody's concern here. Does nothing once stopped.
  void after_activities(const std::stop_token& stop, const std::function<void()>& work);

  // Lets after_activities() run once more.
  void note_change();

  // Takes no more, stops what runs and waits for it. What has not ended stays unfinished in the store, so that the
  // next start sees it.
  void stop();

 private:
  struct Entry {
    Activity activity;
    ActivityWork work;
    std::stop_source stop{};
    bool running = false;
    bool cancelled = false;
  };
  using EntryPtr = std::shared_ptr<Entry>;
  struct Lane {
    std::deque<EntryPtr> entries;  // the first one runs
    std::jthread thread;
  };
  struct State {
    std::map<std::string, Lane> lanes;
    std::list<std::jthread> ended;  // to be joined
    bool stopping = false;
    bool used = true;  // since the last after_activities()
  };

  static bool has_changes(const State& state);
  static std::pair<Lane*, EntryPtr> find(State& state, const std::string& activity);

  void run_lane(const std::string& name);
  EntryPtr next(const std::string& name, bool first);
  void run(Entry& entry);
  void finish(ActivityRun& run, const ActivityOutcome& outcome);
  void finish_cancelled(const Activity& activity, OutputSink& output);

  Store& store_;
  Synchronized<State> state_;
  std::condition_variable_any changed_;
};

}  // namespace penstock
