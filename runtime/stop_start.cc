#include "runtime/stop_start.h"

#include "base/error.h"
#include "base/log.h"
#include "runtime/deploy_report.h"
#include "runtime/router_client.h"
#include "runtime/steps/finish.h"
#include "runtime/steps/hold_requests.h"
#include "runtime/steps/journal_steps.h"
#include "runtime/steps/prepare.h"
#include "runtime/steps/run_hooks.h"
#include "runtime/steps/snapshot_volumes.h"
#include "runtime/steps/start_applications.h"
#include "runtime/steps/stop_containers.h"
#include "runtime/steps/undo.h"

#include <fmt/format.h>

namespace penstock {
namespace {

Deployment added(Store& store, Deployment deployment) {
  deployment.deploy_fingerprint = deploy_fingerprint(deployment);
  return store.deployments().add(std::move(deployment));
}

// What runs for the environment now. A release that does not run, of an environment that was inactive, is not live.
std::optional<ReleaseContainers> live_release(DeployerContext& context, const Environment& environment) {
  auto current = context.parts.store.deployments().current(environment.project, environment.name);
  if (!current) return std::nullopt;
  std::optional<ReleaseContainers> live(std::in_place, context, release_of(environment, std::move(*current)));
  if (!live->exist()) return std::nullopt;
  live->adopt();
  return live;
}

}  // namespace

StopStart::StopStart(DeployerContext& context, const DeployRequest& request)
    : context_(context),
      request_(request),
      live_(live_release(context, request.environment)),
      containers_(context, release_of(request.environment, added(context.parts.store, request.release))) {}

DeployResult StopStart::run() {
  announce();
  try {
    go_live();
  } catch (const Cancelled&) {
    undo("it was cancelled");
    report();
    throw;
  } catch (const UserError& error) {
    fail(error.what());
    undo(error.what());
  } catch (const std::exception& error) {
    log_of("runtime")->error("deployment failed: environment={} release={} error={}", request_.environment.key(),
                             request_.release.id, error.what());
    fail(error.what());
    undo(error.what());
  }
  if (result_.committed) finish();
  report();
  result_.timings = times_.all();
  return std::move(result_);
}

void StopStart::announce() {
  request_.output.line(fmt::format("{} environment {}", live_ ? "Redeploying" : "Creating", request_.environment.name));
}

void StopStart::go_live() {
  ReleaseContainers* live = live_ ? &*live_ : nullptr;
  OutputSink& output = request_.output;
  journalled_step(step::kPrepare, [&] { Prepare{context_, containers_, output}.run(); });
  step(step::kExpose, [&] { containers_.expose(); });
  held_ = true;
  journalled_step(step::kHold, [&] { HoldRequests{context_, request_.environment, live}.run(); });
  stopped_ = true;
  step(step::kStop, [&] { StopContainers{live, output}.run(); });
  step(step::kSnapshot, [&] { SnapshotVolumes{context_.parts.volumes, containers_.release()}.run(); });
  step(step::kStart, [&] { StartApplications{containers_, output}.run(request_.stop); });
  step(step::kDeployHook, [&] { run_deploy_hooks(); });
  times_.measure(step::kCommit, [&] {
    context_.parts.store.deployments().commit(request_.release.id, {{.deployment = {}, .step = step::kServe}});
  });
  result_.committed = true;
}

void StopStart::step(const std::string& name, const std::function<void()>& effect) {
  if (request_.stop.stop_requested()) throw Cancelled("stopped before step " + name);
  times_.measure(name, effect);
}

void StopStart::journalled_step(const std::string& name, const std::function<void()>& effect) {
  step(name, [&] {
    context_.parts.store.journal().append(request_.release.id, name);
    effect();
  });
}

void StopStart::run_deploy_hooks() {
  const std::string& fingerprint = containers_.release().deployment.deploy_fingerprint;
  if (live_ && live_->release().deployment.deploy_fingerprint == fingerprint) return;
  result_.commands = RunHooks{HookKind::Deploy, containers_, request_.output}.run(request_.stop);
  const std::string failed = failed_hook(result_.commands);
  if (failed.empty()) return;
  if (request_.environment.settings.on_failure == EnvironmentSettings::OnFailure::Rollback) throw UserError(failed);
  fail(failed);
}

void StopStart::finish() {
  try {
    if (const std::string failed = failed_hook(result_.commands); !failed.empty()) {
      context_.parts.store.deployments().blame(request_.release.id, failed, true);
    }
    const auto commands = Finish{context_, containers_, request_.output, times_}.run(request_.stop);
    result_.commands.insert(result_.commands.end(), commands.begin(), commands.end());
    if (const std::string failed = failed_hook(commands); !failed.empty()) fail(failed);
  } catch (const std::exception& error) {
    log_of("runtime")->error("deployment not finished: environment={} release={} error={}", request_.environment.key(),
                             request_.release.id, error.what());
    fail(error.what());
  }
}

void StopStart::undo(const std::string& reason) {
  const auto undo_all = [&] {
    Undo{.context = context_,
         .containers = containers_,
         .live = live_ ? &*live_ : nullptr,
         .live_stopped = stopped_,
         .reason = reason,
         .output = request_.output}
        .run();
  };
  try {
    times_.measure(step::kUndo, undo_all);
    request_.output.line(live_ ? "W: Nothing has changed: the previous release serves again."
                               : "W: Nothing has changed: the environment still has no release.");
  } catch (const std::exception& error) {
    log_of("runtime")->error("undo failed, next start-up repeats it: environment={} release={} error={}",
                             request_.environment.key(), request_.release.id, error.what());
    request_.output.line(std::string("E: Error undoing the deployment: ") + error.what());
  }
}

void StopStart::report() {
  if (!held_) return;
  try {
    DeployReport{context_.parts.router.report(request_.environment.key()), times_.all()}.write(request_.output);
  } catch (const Error& error) {
    request_.output.line(std::string("W: No report of requests: ") + error.what());
  }
}

void StopStart::fail(const std::string& why) {
  const bool hook = !failed_hook(result_.commands).empty();
  result_.failure_reason = hook ? DeployResult::FailureReason::Shell : DeployResult::FailureReason::Error;
  result_.failure = why;
  request_.output.line("E: Error deploying environment " + request_.environment.name + ": " + why);
}

}  // namespace penstock
