#include "config/load.h"

#include "config/checks.h"
#include "config/defaults.h"
#include "config/draft.h"
#include "config/report.h"

#include <utility>

namespace penstock::config {

Loaded load(FileSource& source, const Available& available) {
  Report report;
  Draft draft = read_draft(source, report);
  complete_relationships(draft.configuration, available.services);
  check_runtimes(draft, available.runtimes, report);
  check_web(draft, report);
  check_workers(draft, report);
  check_sources(draft, source, report);
  check_services(draft, available.services, report);
  check_relationships(draft, available.services, report);
  check_mounts(draft, report);
  check_routes(draft, available.services, report);
  check_availability(draft, report);
  if (report.empty()) check_sizes(draft, report);
  return {std::move(draft.configuration), report.take()};
}

}  // namespace penstock::config
