#include "cli/mount_choice.h"

#include "base/error.h"
#include "base/json.h"
#include "cli/session.h"
#include "client/url.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace penstock::cli {

std::vector<Option> mount_options() {
  return joined({environment_options(), {{"app", 'A', "NAME", "of this application"}}});
}

std::vector<Mount> mounts_of(Session& session, bool with_sizes) {
  const std::optional<std::string> application = session.options.value("app");
  std::vector<Mount> mounts;
  for (const Json& mount :
       session.http().get(session.environment_path() + "/mounts" + (with_sizes ? "?sizes=1" : ""))) {
    if (application && mount.at("application") != *application) continue;
    mounts.push_back({.application = mount.at("application"),
                      .path = mount.at("path"),
                      .definition = fmt::format("source: {}, source_path: {}", mount.at("source").get<std::string>(),
                                                mount.at("source_path").get<std::string>()),
                      .size = mount.value("size", std::uint64_t{0})});
  }
  return mounts;
}

Mount chosen_mount(Session& session) {
  const std::vector<Mount> mounts = mounts_of(session, false);
  std::optional<std::string> wanted = session.options.value("mount");
  if (!wanted && mounts.size() == 1) return mounts.front();
  if (!wanted) throw UserError("which mount? Name it with --mount PATH; mount:list shows them");
  while (wanted->starts_with('/')) wanted->erase(0, 1);
  std::vector<Mount> fitting;
  for (const Mount& mount : mounts) {
    if (mount.path == *wanted) fitting.push_back(mount);
  }
  if (fitting.empty()) throw NotFound(fmt::format("there is no mount {}", *wanted));
  if (fitting.size() > 1)
    throw UserError(fmt::format("several applications have a mount {}: choose with --app", *wanted));
  return fitting.front();
}

std::string archive_path(Session& session, const Mount& mount) {
  return fmt::format("{}/mounts/{}/archive?mount={}", session.environment_path(),
                     client::percent_encode(mount.application), client::percent_encode(mount.path));
}

}  // namespace penstock::cli
