#include "runtime/crons/cron_state.h"

#include "store/names.h"

namespace penstock {
namespace {

constexpr std::chrono::days kPreviewTime{14};

constexpr Names<CronState, 3> kStates{
    {{CronState::Running, "running"}, {CronState::Paused, "paused"}, {CronState::Sleeping, "sleeping"}}};

}  // namespace

CronState cron_state(const Environment& environment, WallTime now) {
  if (environment.status != EnvironmentStatus::Active) return CronState::Sleeping;
  const auto& deployed = environment.deployment_state.last_deployment_at;
  const bool forgotten = deployed && now - *deployed > kPreviewTime;
  return forgotten && environment.type != EnvironmentType::Production ? CronState::Paused : CronState::Running;
}

std::string_view to_string(CronState state) {
  return name_of(kStates, state);
}

}  // namespace penstock
