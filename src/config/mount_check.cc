#include "config/checks.h"
#include "config/declared.h"
#include "config/draft.h"
#include "config/nearest.h"
#include "config/paths.h"
#include "config/report.h"

#include <fmt/format.h>

namespace penstock::config {

namespace {

using Mounts = std::map<std::string, Mount>;

// Empty when the volume that `mount` names exists.
std::string why_not_volume(const Mount& mount, const Configuration& configuration) {
  if (mount.source == MountSource::Service) {
    if (mount.service.empty()) return "expected 'service' to name a service of type network-storage";
    const auto service = configuration.services.find(mount.service);
    const bool fits = service != configuration.services.end() && service->second.type.find("network-storage:") == 0;
    return fits ? "" : fmt::format("there is no service {} of type network-storage", in_quotes(mount.service));
  }
  if (mount.service.empty()) return "";
  if (mount.source != MountSource::Storage) return "'service' needs the source 'storage' or 'service'";
  const bool fits = configuration.applications.count(mount.service) > 0;
  return fits ? "" : fmt::format("there is no application {}", in_quotes(mount.service));
}

std::string why_not_mount(const Mounts& mounts, const std::string& path, const Configuration& configuration) {
  for (const auto& [other, mount] : mounts) {
    if (other != path && is_inside(other, path)) return fmt::format("lies inside another mount, '{}'", other);
  }
  return why_not_volume(mounts.at(path), configuration);
}

}  // namespace

void check_mounts(const Draft& draft, Report& report) {
  for (const auto& [name, application] : draft.configuration.applications) {
    for (const auto& [owner, mounts] : declared(application, &Application::mounts, &Overrides::mounts)) {
      for (const auto& [path, mount] : mounts) {
        const std::string why = why_not_mount(mounts, path, draft.configuration);
        const std::string field = fmt::format("{}.mounts.{}", owner, path);
        if (!why.empty()) report.invalid(draft.places.find(field), field, fmt::format("{}: {}", field, why));
      }
    }
  }
}

}  // namespace penstock::config
