#include "daemon/cron_jobs.h"

#include "base/error.h"
#include "config/configuration.h"
#include "daemon/activities.h"
#include "daemon/activity_queue.h"
#include "runtime/crons/cron_run.h"
#include "runtime/deployer.h"
#include "store/store.h"

#include <fmt/format.h>

#include <memory>

namespace penstock {
namespace {

constexpr std::size_t kKeptRuns = 100;  // of an environment

// Takes a cron off the list of those that have not ended when the last copy of its work is gone, even if it never ran.
class Open {
 public:
  Open(Synchronized<std::set<CronId>>& list, CronId cron) : list_(list), cron_(std::move(cron)) {}
  Open(const Open&) = delete;
  ~Open() { list_.lock()->erase(cron_); }

 private:
  Synchronized<std::set<CronId>>& list_;
  const CronId cron_;
};

std::string spec_of(const Deployment& live, const CronId& id) {
  const auto configuration = config::Configuration::from_json(live.configuration);
  const auto application = configuration.applications.find(id.application);
  if (application == configuration.applications.end()) return "";
  const auto cron = application->second.crons.find(id.cron);
  return cron == application->second.crons.end() ? "" : cron->second.spec;
}

Activity record_of(Store& store, const CronId& id, const std::string& who) {
  const Environment environment = store.environments().get(id.project, id.environment);
  Activity activity =
      new_activity(kCronActivity, environment, who, fmt::format("**{}** ran cron **{}**", who, id.cron));
  activity.parameters["cluster"] = environment.key();
  activity.parameters["application"] = id.application;
  activity.parameters["cron"] = id.cron;
  if (const auto live = store.deployments().current(id.project, id.environment)) {
    activity.parameters["spec"] = spec_of(*live, id);
  }
  return activity;
}

ActivityOutcome outcome_of(const CronResult& result, OutputSink& output) {
  if (result.end == CronResult::End::TimedOut) output.line("E: It took longer than its timeout.");
  if (result.end == CronResult::End::Asked) output.line("W: It was ended for a change of what it runs in.");
  if (result.end != CronResult::End::TimedOut && result.status.success()) return ActivityOutcome::success();
  output.line(fmt::format("E: The cron ended with {}.", result.status.describe()));
  return ActivityOutcome::failure("shell");
}

}  // namespace

std::optional<Activity> CronJobs::begin(const CronId& cron, const std::string& who) {
  if (!open_.lock()->insert(cron).second) return std::nullopt;
  const auto open = std::make_shared<Open>(open_, cron);
  Activity activity = record_of(store_, cron, who);
  store_.crons().begin(cron, wall_now());
  return queue_.submit({.activity = std::move(activity),
                        .work = [this, cron, open](ActivityRun& activity_run) { return run(cron, activity_run); },
                        .lane = "cron " + cron.application});
}

ActivityOutcome CronJobs::run(const CronId& cron, ActivityRun& activity) {
  const Environment environment = store_.environments().get(cron.project, cron.environment);
  for (const std::string& old : store_.activities().forget_crons(cron.project, cron.environment, kKeptRuns)) {
    store_.logs().remove(old);
  }
  const CronResult result = deployer_.run_cron({.environment = environment,
                                                .application = cron.application,
                                                .cron = cron.cron,
                                                .output = activity.output(),
                                                .stop = activity.stop()});
  activity.record([&](Activity& record) {
    record.commands.push_back({.app = cron.application, .type = "cron", .exit_code = result.status.shell_code()});
  });
  if (result.end == CronResult::End::Cancelled) throw Cancelled("the cron was cancelled");
  return outcome_of(result, activity.output());
}

}  // namespace penstock
