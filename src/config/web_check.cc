#include "config/checks.h"
#include "config/defaults.h"
#include "config/draft.h"
#include "config/file_source.h"
#include "config/report.h"

#include <fmt/format.h>

namespace penstock::config {

void check_web(const Draft& draft, Report& report) {
  for (const auto& [name, application] : draft.configuration.applications) {
    const Json& declared = draft.json["applications"][name];
    if (is_static_only(declared) || application.type.empty()) continue;
    const std::string web = fmt::format("applications.{}.web", name);
    const std::string field = web + ".commands.start";
    if (!application.web.commands.start.empty()) continue;
    report.invalid(draft.places.find(field), field,
                   fmt::format("{}: missing, expected a command that listens on $PORT, or 'locations' that only serve "
                               "files",
                               field));
  }
}

void check_sources(const Draft& draft, FileSource& source, Report& report) {
  for (const auto& [name, application] : draft.configuration.applications) {
    if (application.source_root.empty() || !source.list(application.source_root).empty()) continue;
    const std::string field = fmt::format("applications.{}.source.root", name);
    report.invalid(draft.places.find(field), field,
                   fmt::format("{}: there is no folder '{}' in the repository", field, application.source_root));
  }
}

}  // namespace penstock::config
