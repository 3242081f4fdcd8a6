#include "api/cron_handler.h"

#include "api/activity_json.h"
#include "api/operations.h"
#include "base/error.h"
#include "config/configuration.h"
#include "runtime/crons/cron_schedule.h"
#include "runtime/crons/cron_state.h"
#include "store/store.h"

#include <fmt/format.h>

namespace penstock::api {
namespace {

using Applications = std::map<std::string, config::Application>;

Applications live_applications(Store& store, const Environment& environment) {
  const auto live = store.deployments().current(environment.project, environment.name);
  return live ? config::Configuration::from_json(live->configuration).applications : Applications();
}

Json time_json(const std::optional<WallTime>& time) {
  return time ? Json(iso8601(*time)) : Json(nullptr);
}

Json cron_json(Store& store, const Environment& environment, const config::Application& application,
               const std::string& name) {
  std::optional<WallTime> next;
  if (cron_state(environment, wall_now()) == CronState::Running) {
    next = CronSchedule::of(environment.key(), application, name).next_after(wall_now());
  }
  Json json = application.crons.at(name).to_json();
  json["application"] = application.name;
  json["name"] = name;
  json["timezone"] = application.timezone;
  json["last_run_at"] = time_json(store.crons().last({environment.project, environment.name, application.name, name}));
  json["next_run_at"] = time_json(next);
  return json;
}

}  // namespace

Response CronHandler::list(const Request& request) const {
  const Environment environment = store.environments().get(request.param("project"), request.param("environment"));
  Json crons = Json::array();
  for (const auto& [name, application] : live_applications(store, environment)) {
    for (const auto& [cron, what] : application.crons) {
      crons.push_back(cron_json(store, environment, application, cron));
    }
  }
  return Response::json(crons);
}

Response CronHandler::run(const Request& request) const {
  const Environment environment = store.environments().get(request.param("project"), request.param("environment"));
  const std::string& application = request.param("application");
  const std::string& cron = request.param("cron");
  const Applications applications = live_applications(store, environment);
  const auto found = applications.find(application);
  if (found == applications.end() || !found->second.crons.contains(cron)) {
    throw NotFound(fmt::format("application {} of environment {} has no cron {}", application, environment.name, cron));
  }
  const Activity activity = operations.run_cron(environment, application, cron, request.principal);
  return Response::json(accepted({activity}, cron_json(store, environment, found->second, cron)));
}

}  // namespace penstock::api
