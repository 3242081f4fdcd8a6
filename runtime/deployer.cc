#include "runtime/deployer.h"

#include "base/error.h"
#include "runtime/access_logs.h"
#include "runtime/certificates/site_certificates.h"
#include "runtime/crons/cron_run.h"
#include "runtime/deploy_plan.h"
#include "runtime/deploy_transaction.h"
#include "runtime/deployer_context.h"
#include "runtime/environment_containers.h"
#include "runtime/parallel.h"
#include "runtime/recovery.h"
#include "runtime/release_containers.h"
#include "runtime/revival.h"
#include "runtime/rolling.h"
#include "runtime/router_client.h"
#include "runtime/router_entry.h"
#include "runtime/services/environment_services.h"
#include "runtime/services/relationship_endpoint.h"
#include "runtime/shared_mounts.h"
#include "runtime/site.h"
#include "runtime/steps/forget_stray_data.h"
#include "runtime/steps/keep_data.h"
#include "runtime/stop_start.h"
#include "runtime/volumes/volume_pool.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace penstock {

Deployer::Deployer(DeployerParts parts, DeployerSettings settings)
    : context_(std::make_unique<DeployerContext>(std::move(parts), std::move(settings))) {}

Deployer::~Deployer() = default;

DeployResult Deployer::deploy(const DeployRequest& request) {
  if (request.strategy == Strategy::Rolling) {
    check_rolling(context_->parts.store, request.environment, request.release);
  }
  const EnvironmentLocks::Lock lock = context_->locks.acquire(request.environment.key());
  DeployTransaction transaction(*context_, request);
  return transaction.run(transaction.strategy() == Strategy::Rolling ? rolling : stop_start);
}

Plan Deployer::plan(const Environment& environment, const Deployment& release, Strategy strategy) const {
  if (strategy == Strategy::Rolling) check_rolling(context_->parts.store, environment);
  std::optional<Release> live;
  auto current = context_->parts.store.deployments().current(environment.project, environment.name);
  if (current) live = release_of(environment, std::move(*current));
  return DeployPlan{.settings = context_->settings,
                    .live = live,
                    .next = release_of(environment, release),
                    .has_data = context_->parts.volumes.holds(environment.key()),
                    .strategy = live ? strategy : Strategy::StopStart}
      .run();
}

std::vector<std::string> Deployer::recover() {
  return Recovery(*context_).run();
}

Revived Deployer::revive(const std::string& container, const std::stop_token& stop) {
  return Revival{*context_, container, stop}.run();
}

void Deployer::tell_router(const Environment& environment) {
  const EnvironmentLocks::Lock lock = context_->locks.acquire(environment.key());
  auto current = context_->parts.store.deployments().current(environment.project, environment.name);
  if (!current || environment.status != EnvironmentStatus::Active) return;
  ReleaseContainers containers(*context_, release_of(environment, std::move(*current)));
  containers.adopt();
  context_->parts.router.put(router_entry(*context_, containers, Hold::Off));
}

void Deployer::keep_data(const Environment& environment, const std::string& name, bool held) {
  const EnvironmentLocks::Lock lock = context_->locks.acquire(environment.key());
  KeepData{*context_, environment, name, held}.run();
}

void Deployer::forget_data(const Environment& environment, const std::string& name) {
  context_->parts.volumes.forget(environment.key(), name);
}

void Deployer::forget_strays() {
  ForgetStrayData{context_->parts.store, context_->parts.volumes}.run();
}

bool Deployer::holds_data(const Environment& environment) const {
  return context_->parts.volumes.holds(environment.key());
}

CronResult Deployer::run_cron(const CronRequest& request) {
  const Environment& environment = request.environment;
  const CronGate::Pass pass(context_->crons, environment.key(),
                            fmt::format("cron {} of application {}", request.cron, request.application), request.stop);
  const auto conflict = [&request](const char* why) {
    return Conflict(fmt::format("cannot run cron {}: {}", request.cron, why));
  };
  auto current = context_->parts.store.deployments().current(environment.project, environment.name);
  if (!current) throw conflict("nothing is deployed");
  ReleaseContainers containers(*context_, release_of(environment, std::move(*current)));
  const auto& applications = containers.release().configuration.applications;
  const auto application = applications.find(request.application);
  if (application == applications.end() || !application->second.crons.contains(request.cron)) {
    throw conflict("what is live now has none of that name");
  }
  containers.adopt();
  if (containers.instances_of(request.application).empty()) throw conflict("its application does not run");
  return CronRun{containers, request.application, application->second.crons.at(request.cron), request.output}.run(
      request.stop, pass.asked_to_end());
}

void Deployer::stop(const Environment& environment) {
  const EnvironmentLocks::Lock lock = context_->locks.acquire(environment.key());
  CapturingSink nobody;
  const CronGate::Pause crons(context_->crons, environment.key(), {std::chrono::seconds(0), nobody, {}});
  context_->parts.router.remove(environment.key());
  Engine& engine = context_->parts.engine;
  in_parallel(containers_of(engine, environment), [&](const InstanceState& container, const std::stop_token&) {
    engine.stop(container.id, stop_grace_of(environment, container));
    engine.remove(container.id);
  });
  remove_services(engine, environment);
  VolumePool& volumes = context_->parts.volumes;
  for (const auto& name : volumes.scratches(environment.key())) volumes.discard_scratch(environment.key(), name);
  context_->parts.shared_mounts.unshare(environment.key());
  context_->artifacts.sweep();
}

void Deployer::erase(const Environment& environment) {
  stop(environment);
  context_->parts.volumes.remove(environment.key());
  context_->parts.certificates.forget(environment);
  context_->parts.access_logs.remove(environment.key());
}

Json Deployer::relationships(const Environment& environment) const {
  Json applications = Json::object();
  auto current = context_->parts.store.deployments().current(environment.project, environment.name);
  if (!current || environment.status != EnvironmentStatus::Active) return applications;
  ReleaseContainers containers(*context_, release_of(environment, std::move(*current)));
  containers.adopt();
  for (const auto& [name, application] : containers.release().configuration.applications) {
    const auto endpoints = relationship_endpoints(*context_, containers.release(), name, containers.addresses());
    applications[name] = lifecycle::platform_relationships(endpoints, environment.key());
  }
  return applications;
}

std::vector<std::string> Deployer::urls(const Environment& environment,
                                        const config::Configuration& configuration) const {
  return urls_of(configuration, site_of(environment, context_->settings));
}

}  // namespace penstock
