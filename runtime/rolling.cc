#include "runtime/rolling.h"

#include "base/error.h"
#include "runtime/deploy_transaction.h"
#include "runtime/services/environment_services.h"
#include "runtime/steps/journal_steps.h"
#include "runtime/steps/prepare.h"
#include "runtime/steps/start_applications.h"

#include <fmt/format.h>

namespace penstock {
namespace {

// Null when nothing speaks against it. What does not run yet is no reason: there is nothing to roll over then.
const char* why_not(const Project& project, const Environment& environment) {
  if (!project.settings.allow_rolling_deployments) return "the project's settings do not allow it";
  const bool failed = !environment.deployment_state.last_deployment_successful;
  if (environment.current_deployment && failed) return "the last deployment failed, use the strategy stopstart";
  return nullptr;
}

[[noreturn]] void refuse(const std::string& why) {
  throw UserError(fmt::format("Could not perform a rolling deployment: {}", why));
}

}  // namespace

void rolling(DeployTransaction& transaction) {
  DeployerContext& context = transaction.context();
  const DeployRequest& request = transaction.request();
  ReleaseContainers& containers = transaction.containers();
  OutputSink& output = request.output;
  const EnvironmentServices services(context, containers.release());

  output.line(
      "  Rolling: the previous release serves until the new one is ready. Both use the same data, which a failure does "
      "not take back.");
  transaction.journalled_step(step::kPrepare, [&] { Prepare{context, containers, output, true}.run(); });
  transaction.step(step::kExpose, [&] { containers.expose(); });
  transaction.pause_crons();
  transaction.step(step::kStartServices, [&] { services.start(output, request.stop); });
  transaction.step(step::kStart, [&] { StartApplications{containers, output}.run(request.stop); });
  transaction.step(step::kDeployHook, [&] { transaction.run_deploy_hooks(); });
  transaction.await_workers();
  transaction.step(step::kConnect, [&] { services.connect(containers, request.stop); });
}

bool can_roll(const Project& project, const Environment& environment) {
  return environment.status == EnvironmentStatus::Active && environment.current_deployment &&
         why_not(project, environment) == nullptr;
}

void check_rolling(Store& store, const Environment& environment) {
  const char* why = why_not(store.projects().get(environment.project), environment);
  if (why != nullptr) refuse(why);
}

void check_rolling(Store& store, const Environment& environment, const Deployment& release) {
  check_rolling(store, environment);
  const auto live = store.deployments().current(environment.project, environment.name);
  if (!live) return;
  const std::string why = why_services_cannot_stay(config::Configuration::from_json(live->configuration),
                                                   config::Configuration::from_json(release.configuration));
  if (!why.empty()) refuse(why);
}

}  // namespace penstock
