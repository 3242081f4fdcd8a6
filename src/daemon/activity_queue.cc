#include "daemon/activity_queue.h"

#include "base/error.h"
#include "base/log.h"
#include "store/store.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace penstock {
namespace {

// The lanes of an environment begin with this. No project and no branch has a line feed in its name.
std::string lanes_of(const std::string& project, const std::optional<std::string>& environment) {
  return project + "\n" + environment.value_or("") + "\n";
}

double seconds_between(WallTime from, WallTime to) {
  return std::chrono::duration<double>(to - from).count();
}

}  // namespace

ActivityQueue::~ActivityQueue() {
  stop();
}

std::vector<Activity> ActivityQueue::submit(std::vector<ActivityJob> jobs) {
  std::vector<Activity> recorded;
  std::list<std::jthread> ended;
  auto state = state_.lock();
  if (state->stopping) throw Error("cannot begin an activity: penstockd is stopping");
  std::swap(ended, state->ended);
  auto transaction = store_.begin();
  for (const ActivityJob& job : jobs) {
    store_.activities().add(job.activity);
    state->used = state->used || job.lane.empty();
  }
  transaction.commit();
  for (ActivityJob& job : jobs) {
    recorded.push_back(job.activity);
    const std::string name = lanes_of(job.activity.project, job.activity.environment) + job.lane;
    const bool is_new = !state->lanes.contains(name);
    Lane& lane = state->lanes[name];
    lane.entries.push_back(std::make_shared<Entry>(Entry{std::move(job.activity), std::move(job.work)}));
    if (is_new) lane.thread = std::jthread([this, name] { run_lane(name); });
  }
  return recorded;
}

Activity ActivityQueue::submit(ActivityJob job) {
  std::vector<ActivityJob> jobs;
  jobs.push_back(std::move(job));
  return submit(std::move(jobs)).front();
}

bool ActivityQueue::cancel(const std::string& activity) {
  const Activity record = store_.activities().get(activity);
  EntryPtr entry;
  {
    auto state = state_.lock();
    Lane* lane = nullptr;
    std::tie(lane, entry) = find(*state, activity);
    if (!entry) return false;
    entry->cancelled = true;
    entry->stop.request_stop();
    if (entry->running) return true;
    std::erase(lane->entries, entry);
  }
  finish_cancelled(record, *store_.logs().open(activity));
  return true;
}

std::pair<ActivityQueue::Lane*, ActivityQueue::EntryPtr> ActivityQueue::find(State& state,
                                                                             const std::string& activity) {
  for (auto& [name, lane] : state.lanes) {
    for (const EntryPtr& entry : lane.entries) {
      if (entry->activity.id == activity) return {&lane, entry};
    }
  }
  return {nullptr, nullptr};
}

void ActivityQueue::wait_until_idle(const std::string& project, const std::string& environment) {
  auto state = state_.lock();
  const std::string lanes = lanes_of(project, environment);
  changed_.wait(state.unique_lock(), [&] {
    const auto first = state->lanes.lower_bound(lanes);
    return first == state->lanes.end() || !first->first.starts_with(lanes);
  });
}

void ActivityQueue::after_activities(const std::stop_token& stop, const std::function<void()>& work) {
  auto state = state_.lock();
  if (!changed_.wait(state.unique_lock(), stop, [&] { return state->used && !has_changes(*state); })) return;
  state->used = false;
  work();
}

bool ActivityQueue::has_changes(const State& state) {
  return std::any_of(state.lanes.begin(), state.lanes.end(),
                     [](const auto& lane) { return lane.first.ends_with('\n'); });
}

void ActivityQueue::note_change() {
  state_.lock()->used = true;
  changed_.notify_all();
}

void ActivityQueue::stop() {
  std::list<std::jthread> threads;
  {
    auto state = state_.lock();
    state->stopping = true;
    std::swap(threads, state->ended);
    for (auto& [name, lane] : state->lanes) {
      lane.entries.resize(std::min<std::size_t>(lane.entries.size(), 1));
      for (const EntryPtr& entry : lane.entries) entry->stop.request_stop();
      threads.push_back(std::move(lane.thread));
    }
  }
  changed_.notify_all();
}

void ActivityQueue::run_lane(const std::string& name) {
  EntryPtr entry = next(name, true);
  while (entry) {
    run(*entry);
    entry = next(name, false);
  }
}

// Drops the entry that has run, unless this is the first, and takes the one after it. The lane ends with its entries.
ActivityQueue::EntryPtr ActivityQueue::next(const std::string& name, bool first) {
  auto state = state_.lock();
  Lane& lane = state->lanes.at(name);
  if (!first) lane.entries.pop_front();
  if (!lane.entries.empty()) {
    lane.entries.front()->running = true;
    return lane.entries.front();
  }
  if (lane.thread.joinable()) state->ended.push_back(std::move(lane.thread));
  state->lanes.erase(name);
  changed_.notify_all();
  return nullptr;
}

void ActivityQueue::run(Entry& entry) {
  const auto log = store_.logs().open(entry.activity.id);
  ActivityRun run(store_, entry.activity, *log, entry.stop.get_token());
  try {
    run.record([](Activity& activity) {
      activity.state = ActivityState::InProgress;
      activity.started_at = wall_now();
      activity.timings["wait"] = seconds_between(activity.created_at, *activity.started_at);
    });
    finish(run, entry.work(run));
  } catch (const Cancelled&) {
    // One that we stop ourselves stays unfinished: the next start takes it up.
    if (entry.cancelled) finish_cancelled(run.activity(), run.output());
  } catch (const ToldFailure&) {
    finish(run, ActivityOutcome::failure("error"));
  } catch (const UserError& error) {
    run.output().line(fmt::format("E: {}", error.what()));
    finish(run, ActivityOutcome::failure("error"));
  } catch (const std::exception& error) {
    log_of("daemon")->error("activity failed id={} error=\"{}\"", entry.activity.id, error.what());
    run.output().line(fmt::format("E: {}", error.what()));
    finish(run, ActivityOutcome::failure("error"));
  }
}

void ActivityQueue::finish(ActivityRun& run, const ActivityOutcome& outcome) {
  run.record([&outcome](Activity& activity) {
    activity.state = outcome.state;
    activity.result = outcome.result;
    if (!outcome.failure_reason.empty()) activity.failure_reason = outcome.failure_reason;
    activity.completion_percent = 100;
    activity.completed_at = wall_now();
    activity.timings["execute"] = seconds_between(*activity.started_at, *activity.completed_at);
  });
  store_.logs().open(run.activity().id)->seal();
}

void ActivityQueue::finish_cancelled(const Activity& activity, OutputSink& output) {
  Activity record = activity;
  record.state = ActivityState::Cancelled;
  record.result = ActivityResult::Failure;
  record.completion_percent = 100;
  record.cancelled_at = wall_now();
  record.completed_at = record.cancelled_at;
  output.line("The activity was cancelled.");
  store_.activities().update(record);
  store_.logs().open(record.id)->seal();
}

}  // namespace penstock
