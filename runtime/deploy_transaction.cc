#include "runtime/deploy_transaction.h"

#include "base/error.h"
#include "base/log.h"
#include "runtime/deploy_report.h"
#include "runtime/live_release.h"
#include "runtime/steps/finish.h"
#include "runtime/steps/journal_steps.h"
#include "runtime/steps/run_hooks.h"
#include "runtime/steps/undo.h"

#include <fmt/format.h>

namespace penstock {
namespace {

Deployment added(Store& store, Deployment deployment, Strategy strategy) {
  deployment.strategy = to_string(strategy);
  deployment.deploy_fingerprint = deploy_fingerprint(deployment);
  return store.deployments().add(std::move(deployment));
}

}  // namespace

DeployTransaction::DeployTransaction(DeployerContext& context, const DeployRequest& request)
    : context_(context),
      request_(request),
      live_(live_release(context, request.environment)),
      strategy_(live_ && !request.data ? request.strategy : Strategy::StopStart),
      containers_(context, release_of(request.environment, added(context.parts.store, request.release, strategy_))) {}

DeployResult DeployTransaction::run(GetReady get_ready) {
  announce();
  try {
    get_ready(*this);
    commit();
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

void DeployTransaction::announce() {
  const char* verb = live_ ? "Redeploying" : "Creating";
  const std::string origin = request_.data ? ", as a clone of " + request_.data->shown : "";
  request_.output.line(fmt::format("{} environment {}{}", verb, request_.environment.name, origin));
}

void DeployTransaction::step(const std::string& name, const std::function<void()>& effect) {
  if (request_.stop.stop_requested()) throw Cancelled("stopped before step " + name);
  times_.measure(name, effect);
}

void DeployTransaction::journalled_step(const std::string& name, const std::function<void()>& effect) {
  step(name, [&] {
    context_.parts.store.journal().append(request_.release.id, name);
    effect();
  });
}

void DeployTransaction::run_deploy_hooks() {
  const std::string& fingerprint = containers_.release().deployment.deploy_fingerprint;
  if (live_ && !request_.data && live_->release().deployment.deploy_fingerprint == fingerprint) return;
  result_.commands = RunHooks{HookKind::Deploy, containers_, request_.output}.run(request_.stop);
  const std::string failed = failed_hook(result_.commands);
  if (failed.empty()) return;
  if (request_.environment.settings.on_failure == EnvironmentSettings::OnFailure::Rollback) throw UserError(failed);
  fail(failed);
}

void DeployTransaction::pause_crons() {
  const Environment& environment = request_.environment;
  crons_.emplace(context_.crons, environment.key(),
                 CronGate::Patience{.limit = std::chrono::seconds(environment.settings.cron_patience_s),
                                    .output = request_.output,
                                    .stop = request_.stop});
}

void DeployTransaction::await_workers() {
  if (!containers_.has_workers()) return;
  PrefixingSink indented(request_.output, "    ");
  step(step::kWorkers, [&] { containers_.await_workers(indented, request_.stop); });
}

void DeployTransaction::commit() {
  times_.measure(step::kCommit, [&] {
    context_.parts.store.deployments().commit(request_.release.id, {{.deployment = {}, .step = step::kServe}});
  });
  result_.committed = true;
}

void DeployTransaction::finish() {
  try {
    if (const std::string failed = failed_hook(result_.commands); !failed.empty()) {
      context_.parts.store.deployments().blame(request_.release.id, failed, true);
    }
    const Finish::Done done =
        Finish{
            .context = context_, .containers = containers_, .output = request_.output, .times = times_, .patient = true}
            .run(request_.stop);
    if (done.drained) drained_ = done.drained;
    result_.commands.insert(result_.commands.end(), done.commands.begin(), done.commands.end());
    if (const std::string failed = failed_hook(done.commands); !failed.empty()) fail(failed);
  } catch (const std::exception& error) {
    log_of("runtime")->error("deployment not finished: environment={} release={} error={}", request_.environment.key(),
                             request_.release.id, error.what());
    fail(error.what());
  }
}

void DeployTransaction::undo(const std::string& reason) {
  const auto undo_all = [&] {
    Undo{.context = context_,
         .containers = containers_,
         .live = live(),
         .live_stopped = live_stopped_,
         .reason = reason,
         .output = request_.output}
        .run();
  };
  try {
    times_.measure(step::kUndo, undo_all);
    request_.output.line(outcome_of_undo());
  } catch (const std::exception& error) {
    log_of("runtime")->error("undo failed, next start-up repeats it: environment={} release={} error={}",
                             request_.environment.key(), request_.release.id, error.what());
    request_.output.line(std::string("E: Error undoing the deployment: ") + error.what());
  }
}

const char* DeployTransaction::outcome_of_undo() const {
  if (!live_) return "W: Nothing has changed: the environment still has no release.";
  if (live_stopped_) return "W: Nothing has changed: the previous release serves again.";
  if (!held_) return "W: The previous release has served all the time. What the new one did to the data stays.";
  return "W: Nothing has changed: the previous release serves.";
}

void DeployTransaction::report() {
  try {
    DeployReport report{.requests = {}, .drained = drained_, .times = times_.all()};
    if (held_) report.requests = context_.parts.router.report(request_.environment.key());
    report.write(request_.output);
  } catch (const Error& error) {
    request_.output.line(std::string("W: No report of requests: ") + error.what());
  }
}

void DeployTransaction::fail(const std::string& why) {
  const bool hook = !failed_hook(result_.commands).empty();
  result_.failure_reason = hook ? DeployResult::FailureReason::Shell : DeployResult::FailureReason::Error;
  result_.failure = why;
  request_.output.line("E: Error deploying environment " + request_.environment.name + ": " + why);
}

}  // namespace penstock
