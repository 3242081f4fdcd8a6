// What the API asks of the daemon: everything that is more than a change of a record.
#pragma once

#include "api/principal.h"
#include "runtime/plan.h"
#include "runtime/strategy.h"
#include "store/activity.h"
#include "store/environment.h"
#include "store/project.h"

#include <optional>
#include <string>
#include <vector>

namespace penstock::api {

struct Rollback {
  std::optional<std::string> deployment;  // its number or id; none: the release before the one that is live
  Strategy strategy = Strategy::StopStart;
  bool with_data = false;  // the data too, as that release left it
};

// Thread safe. What returns an activity has recorded it durably and returns before it has run. Throws Conflict when
// the environment's state does not allow it.
class Operations {
 public:
  virtual ~Operations() = default;

  // With its repository and its production environment.
  virtual Project create_project(const std::string& title, const std::string& default_branch) = 0;
  // With all its environments, their data and its repository; when it returns, they are gone.
  virtual void delete_project(const Project& project) = 0;

  // What builds left for later ones: known builds and the caches of package managers. Throws Conflict while an activity
  // of the project has not ended.
  virtual void clear_build_cache(const Project& project) = 0;

  virtual Activity activate(const Environment& environment, const Principal& who) = 0;
  virtual Activity deactivate(const Environment& environment, const Principal& who) = 0;
  virtual Activity redeploy(const Environment& environment, const Principal& who) = 0;
  // The head of its branch, with all that is staged. Throws UserError when the strategy cannot be used.
  virtual Activity deploy(const Environment& environment, Strategy strategy, const Principal& who) = 0;
  // What deploy() would do, changing nothing. Throws UserError as a deploy would fail.
  virtual Plan plan(const Environment& environment, Strategy strategy) = 0;
  // A release that was live before, without a build. Throws UserError for one that is not kept, or whose data is not,
  // and for a strategy that cannot be used.
  virtual Activity roll_back(const Environment& environment, const Rollback& rollback, const Principal& who) = 0;
  // The branch too.
  virtual Activity delete_environment(const Environment& environment, const Principal& who) = 0;

  // A variable was created, updated or deleted (`verb`); on an environment that is active, it is deployed.
  virtual Activity variable_changed(const std::string& project, const std::optional<std::string>& environment,
                                    const std::string& verb, const std::string& name, const Principal& who) = 0;

  // The resources of the next deployment were changed; an environment that is active is deployed with them.
  virtual Activity resources_changed(const Environment& environment, const Principal& who) = 0;

  // A property that the router goes by was changed: "http_access" or "restrict_robots". It counts from the activity on.
  virtual Activity routing_changed(const Environment& environment, const std::string& property,
                                   const Principal& who) = 0;

  // At once, whatever its time specification says. Throws Conflict while a run of it has not ended.
  virtual Activity run_cron(const Environment& environment, const std::string& application, const std::string& cron,
                            const Principal& who) = 0;

  // Throws Conflict when it has ended.
  virtual void cancel(const std::string& activity) = 0;
};

}  // namespace penstock::api
