#pragma once

#include "base/error.h"
#include "base/output_sink.h"
#include "store/activity.h"

#include <functional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace penstock {

// The work failed, and its output says why already.
class ToldFailure : public UserError {
 public:
  using UserError::UserError;
};

class Store;

// How an activity ended.
struct ActivityOutcome {
  ActivityResult result = ActivityResult::Success;
  std::string failure_reason{};  // "error" or "shell", on failure
  ActivityState state = ActivityState::Complete;

  static ActivityOutcome success() { return {}; }
  static ActivityOutcome staged() { return {ActivityResult::Success, {}, ActivityState::Staged}; }
  static ActivityOutcome failure(std::string reason) { return {ActivityResult::Failure, std::move(reason)}; }
};

// What the work of an activity is given while it runs. Used by one thread at a time.
class ActivityRun {
 public:
  ActivityRun(Store& store, Activity activity, OutputSink& log, std::stop_token stop)
      : store_(store), activity_(std::move(activity)), output_(log), stop_(std::move(stop)) {}

  // The activity's log, and whoever watches.
  OutputSink& output() { return output_; }
  // Gets all further output too. Must outlive the run.
  void watch(OutputSink& watcher) { output_.watch(watcher); }
  const std::stop_token& stop() const { return stop_; }
  const Activity& activity() const { return activity_; }

  // Each is stored before it returns.
  void progress(int percent);
  void record(const std::function<void(Activity&)>& change);

 private:
  class Output : public OutputSink {
   public:
    explicit Output(OutputSink& log) : log_(log) {}
    void watch(OutputSink& watcher) { watcher_ = &watcher; }
    void write(std::string_view text) override;

   private:
    OutputSink& log_;
    OutputSink* watcher_ = nullptr;
  };

  Store& store_;
  Activity activity_;
  Output output_;
  const std::stop_token stop_;
};

using ActivityWork = std::function<ActivityOutcome(ActivityRun&)>;

// What is asked of the queue: a record, not stored yet, and what it means.
struct ActivityJob {
  Activity activity;
  ActivityWork work;
  std::string lane{};  // of its environment: those of one lane run one after the other; empty: that of changes
};

}  // namespace penstock
