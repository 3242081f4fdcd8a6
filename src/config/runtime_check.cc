#include "config/checks.h"
#include "config/draft.h"
#include "config/nearest.h"
#include "config/report.h"

#include <fmt/format.h>

#include <algorithm>

namespace penstock::config {

namespace {

std::vector<std::string> types_of(const Catalogue& available) {
  std::vector<std::string> types;
  for (const auto& [runtime, versions] : available) {
    for (const std::string& version : versions) types.push_back(fmt::format("{}:{}", runtime, version));
  }
  return types;
}

std::vector<std::string> runtimes_of(const Catalogue& available) {
  std::vector<std::string> runtimes;
  for (const auto& [runtime, versions] : available) runtimes.push_back(runtime);
  return runtimes;
}

// Empty when there is an image for `type`.
std::string why_not_runtime(const std::string& type, const Catalogue& available) {
  const std::size_t colon = type.find(':');
  const std::string runtime = type.substr(0, colon);
  const auto known = available.find(runtime);
  if (known == available.end()) {
    const auto guess = nearest(runtime, runtimes_of(available));
    const std::string meant = guess ? fmt::format(", did you mean '{}'?", *guess) : "";
    return fmt::format("unknown runtime {}{} (available: {})", in_quotes(runtime), meant,
                       fmt::join(types_of(available), ", "));
  }
  const auto& versions = known->second;
  if (std::find(versions.begin(), versions.end(), type.substr(colon + 1)) != versions.end()) return "";
  return fmt::format("unknown version {} (available: {})", in_quotes(type), fmt::join(types_of({*known}), ", "));
}

void check_flavor(const Application& application, const Draft& draft, Report& report) {
  const std::string runtime = application.runtime();
  const bool of_php = application.flavor != "none" && application.flavor != "default";
  if (!of_php || runtime == "php") return;
  const std::string field = fmt::format("applications.{}.build.flavor", application.name);
  report.invalid(
      draft.places.find(field), field,
      fmt::format("{}: '{}' is for php, expected 'default' or 'none' for {}", field, application.flavor, runtime));
}

}  // namespace

void check_runtimes(const Draft& draft, const Catalogue& available, Report& report) {
  for (const auto& [name, application] : draft.configuration.applications) {
    if (application.type.empty() || application.runtime() == "composable") continue;
    check_flavor(application, draft, report);
    const std::string why = available.empty() ? "" : why_not_runtime(application.type, available);
    const std::string field = fmt::format("applications.{}.type", name);
    if (!why.empty()) report.invalid(draft.places.find(field), field, fmt::format("{}: {}", field, why));
  }
}

}  // namespace penstock::config
