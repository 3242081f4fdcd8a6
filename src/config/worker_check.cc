#include "config/checks.h"
#include "config/component.h"
#include "config/draft.h"
#include "config/nearest.h"
#include "config/report.h"

#include <fmt/format.h>

namespace penstock::config {

void check_workers(const Draft& draft, Report& report) {
  const auto& applications = draft.configuration.applications;
  for (const auto& [name, application] : applications) {
    for (const auto& [worker, declared] : application.workers) {
      const std::string component = worker_component(name, worker);
      if (!applications.contains(component)) continue;
      const std::string field = fmt::format("applications.{}.workers.{}", name, worker);
      report.invalid(draft.places.find(field), field,
                     fmt::format("{}: its name, {}, is that of an application too", field, in_quotes(component)));
    }
  }
}

}  // namespace penstock::config
