#include "daemon/cron_scheduler.h"

#include "base/log.h"
#include "config/configuration.h"
#include "runtime/crons/cron_state.h"
#include "store/store.h"

#include <condition_variable>
#include <mutex>

namespace penstock {
namespace {

using namespace std::chrono;

WallTime minute_of(WallTime time) {
  return floor<minutes>(time);
}

}  // namespace

void CronScheduler::run(const std::stop_token& stop) {
  std::mutex mutex;
  std::unique_lock lock(mutex);
  std::condition_variable_any never;
  while (!stop.stop_requested()) {
    tick(wall_now());
    never.wait_until(lock, stop, minute_of(wall_now()) + minutes(1), [] { return false; });
  }
}

void CronScheduler::tick(WallTime now) {
  Plans plans;
  for (const Environment& environment : store_.environments().list_all()) {
    if (!environment.current_deployment || cron_state(environment, now) != CronState::Running) continue;
    try {
      tick(environment, now, plans);
    } catch (const std::exception& error) {
      log_of("daemon")->error("crons not run: environment={} error=\"{}\"", environment.key(), error.what());
    }
  }
  plans_ = std::move(plans);
}

void CronScheduler::tick(const Environment& environment, WallTime now, Plans& plans) {
  auto known = plans_.extract(*environment.current_deployment);
  if (known.empty()) {
    const Deployment live = store_.deployments().get(*environment.current_deployment);
    plans[live.id] = planned(environment, live);
  } else {
    plans.insert(std::move(known));
  }
  for (Planned& cron : plans.at(*environment.current_deployment)) {
    if (!cron.due || *cron.due > now) continue;
    cron.due = cron.schedule.next_after(now);
    if (!is_too_soon(cron.id, now)) begin_(cron.id);
  }
}

std::vector<CronScheduler::Planned> CronScheduler::planned(const Environment& environment,
                                                           const Deployment& live) const {
  const auto configuration = config::Configuration::from_json(live.configuration);
  std::vector<Planned> crons;
  for (const auto& [name, application] : configuration.applications) {
    for (const auto& [cron, what] : application.crons) {
      const CronId id{environment.project, environment.name, name, cron};
      Planned planned{.id = id, .schedule = CronSchedule::of(environment.key(), application, cron), .due = {}};
      const WallTime live_since = live.committed_at.value_or(live.created_at);
      planned.due = planned.schedule.next_after(std::max(live_since, store_.crons().last(id).value_or(live_since)));
      crons.push_back(std::move(planned));
    }
  }
  return crons;
}

bool CronScheduler::is_too_soon(const CronId& cron, WallTime now) const {
  const auto last = store_.crons().last(cron);
  const minutes least(store_.projects().get(cron.project).settings.cron_minimum_interval);
  return last && minute_of(now) - minute_of(*last) < least;
}

}  // namespace penstock
