#include "config/checks.h"
#include "config/component.h"
#include "config/concrete_route.h"
#include "config/draft.h"
#include "config/limits.h"
#include "config/report.h"

#include <fmt/format.h>

#include <algorithm>

namespace penstock::config {

namespace {

// As base64 in an environment variable, with room for its name.
bool fits_environment(const Json& json) {
  return json.dump().size() / 3 * 4 + 64 < kMaxEnvironmentVariable;
}

constexpr std::size_t kMaxJson = kMaxEnvironmentVariable / 4 * 3 / 1024;

// A host name as long as they usually are.
Site usual_site() {
  return {std::string(80, 'x'), {}, 0, true};
}

}  // namespace

void check_sizes(const Draft& draft, Report& report) {
  for (const auto& [name, application] : draft.configuration.applications) {
    const std::string field = "applications." + name;
    const auto parts = components_of(application);
    if (std::all_of(parts.begin(), parts.end(), [](const auto& p) { return fits_environment(p.second.to_json()); })) {
      continue;
    }
    report.invalid(draft.places.find(field), field, fmt::format("{}: larger than {} KiB as JSON", field, kMaxJson));
  }
  if (fits_environment(platform_routes(expand_routes(draft.configuration.routes, usual_site())))) return;
  report.invalid(draft.places.find("routes"), "routes", fmt::format("routes: larger than {} KiB as JSON", kMaxJson));
}

}  // namespace penstock::config
