#include "daemon/rollback_target.h"

#include "base/error.h"
#include "runtime/data_snapshots.h"
#include "runtime/release.h"
#include "store/store.h"

#include <fmt/format.h>

#include <algorithm>

namespace penstock {
namespace {

bool is_named(const Deployment& deployment, const std::string& name) {
  return deployment.id == name || std::to_string(deployment.number) == name;
}

// "kept are 3, 4": those that a rollback can return to.
std::string kept_numbers(const std::vector<Deployment>& newest_first, const std::string& current) {
  std::string numbers;
  for (auto deployment = newest_first.rbegin(); deployment != newest_first.rend(); ++deployment) {
    if (!deployment->was_live() || deployment->id == current) continue;
    numbers += fmt::format("{}{}", numbers.empty() ? "" : ", ", deployment->number);
  }
  return numbers.empty() ? "none is kept" : "kept are " + numbers;
}

std::string why_not(const Deployment& deployment, const Deployment& current) {
  if (deployment.id == current.id) return "it is live";
  return deployment.was_live() ? "" : "it never went live";
}

}  // namespace

Deployment rollback_target(Store& store, const Environment& environment, const std::optional<std::string>& named) {
  const auto current = store.deployments().current(environment.project, environment.name);
  if (!current) throw Conflict(fmt::format("cannot roll back {}: nothing is deployed there", environment.name));
  const std::vector<Deployment> all = store.deployments().list(environment.project, environment.name);
  const auto suits = [&](const Deployment& deployment) {
    if (named) return is_named(deployment, *named);
    return deployment.was_live() && deploy_fingerprint(deployment) != deploy_fingerprint(*current);
  };
  const auto target = std::find_if(all.begin(), all.end(), suits);
  const std::string kept = kept_numbers(all, current->id);
  if (target == all.end()) {
    if (!named)
      throw Conflict(
          fmt::format("cannot roll back {}: there is no other release before it; {}", environment.name, kept));
    throw UserError(fmt::format("cannot roll back to deployment {}: there is none such; {}", *named, kept));
  }
  if (const std::string why = why_not(*target, *current); !why.empty()) {
    throw UserError(fmt::format("cannot roll back to deployment {}: {}; {}", *named, why, kept));
  }
  return *target;
}

DataOrigin rollback_data(Store& store, const VolumePool& volumes, const Environment& environment,
                         const Deployment& target) {
  const auto next = DataSnapshots{store, volumes, environment}.after(target);
  if (!next) {
    throw UserError(
        fmt::format("cannot roll back the data to deployment {}: it is not kept; deployment:list shows where "
                    "it is, the setting data_snapshots says how many are",
                    target.number));
  }
  return {.environment = environment.key(),
          .name = next->id,
          .shown = fmt::format("deployment {}, as it was when deployment {} took its place at {}", target.number,
                               next->number, iso8601(next->committed_at.value_or(next->created_at)))};
}

}  // namespace penstock
