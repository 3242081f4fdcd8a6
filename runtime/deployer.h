// Puts releases live, and keeps live what was live: after a failure, a crash or a reboot.
#pragma once

#include "base/output_sink.h"
#include "config/concrete_route.h"
#include "config/configuration.h"
#include "container/engine.h"
#include "image/image_store.h"
#include "runtime/artifact_mounts.h"
#include "runtime/plan.h"
#include "runtime/strategy.h"
#include "runtime/volumes/data_origin.h"
#include "store/store.h"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace penstock {

class AccessLogs;
class RouterClient;
class SecretBox;
class ServiceDefinitions;
class SharedMounts;
class SiteCertificates;
class VolumePool;
struct CronResult;
struct DeployerContext;

// What became of an attempt to start a container again.
enum class Revived {
  Started,
  NotNeeded,  // it runs, or is not of what is live
  Busy,       // its environment changes just now: ask again later
};

struct DeployRequest {
  const Environment& environment;
  const Deployment& release;                // new, not in the store yet: deploy() adds it
  Strategy strategy = Strategy::StopStart;  // the only one when there is `data`
  OutputSink& output;
  std::stop_token stop;              // heeded until Commit
  std::optional<DataOrigin> data{};  // to have instead of the environment's own; with the release, or not at all
};

struct CronRequest {
  const Environment& environment;
  const std::string& application;
  const std::string& cron;
  OutputSink& output;
  std::stop_token stop;  // a request asks it to end
};

struct StepTime {
  std::string step;
  std::chrono::nanoseconds took{};
};

struct DeployResult {
  enum class FailureReason { None, Shell, Error };  // Shell: a hook returned another status than 0

  bool committed = false;  // the new release is live; otherwise the one before it is
  FailureReason failure_reason = FailureReason::None;
  std::string failure;                    // one sentence, empty on success
  std::vector<ActivityCommand> commands;  // the deploy and post_deploy hooks that ran
  std::vector<StepTime> timings;

  bool success() const { return failure_reason == FailureReason::None; }
};

// What the deployer works with; all of it outlives the deployer.
struct DeployerParts {
  Engine& engine;
  Store& store;
  ArtifactMounts& artifacts;
  std::function<Image(const std::string& type, OutputSink& progress)> image;  // of "nodejs:18"
  RouterClient& router;
  VolumePool& volumes;
  SiteCertificates& certificates;
  const ServiceDefinitions& services;
  std::function<Image(const std::string& type, OutputSink& progress)> service_image;  // of "postgresql:15"
  const SecretBox& secrets;                                                           // seals their passwords
  const AccessLogs& access_logs;
  const SharedMounts& shared_mounts;
};

struct DeployerSettings {
  std::string site_domain = "penstock.localhost";
  config::SitePorts ports{.tls = false};  // in the URLs of environments
  Limits limits;                          // of each application's container
  std::string address_pool;               // of containers, to which no proxy may lead
};

// Thread safe for different environments; the caller sees to it that one environment has one caller at a time.
class Deployer {
 public:
  Deployer(DeployerParts parts, DeployerSettings settings);
  ~Deployer();

  // Puts a release live, or leaves the environment as it was. A hook that fails and an application that does not start
  // are results, told on `output` and undone; so is a fault of ours, which is also logged. Throws UserError when the
  // strategy cannot be used (nothing has been touched), Cancelled when stopped before Commit (all is undone). Where
  // nothing runs yet there is nothing to roll over: Rolling is StopStart then.
  DeployResult deploy(const DeployRequest& request);

  // What deploy() would do, changing nothing. An application without an artifact is one that is to be built yet.
  Plan plan(const Environment& environment, const Deployment& release, Strategy strategy) const;

  // At start-up, before any other call: finishes or undoes deployments that were under way, starts again what does not
  // run, tells the router all routes, removes what belongs to nothing. Returns what it found and did, a sentence each.
  std::vector<std::string> recover();

  // For a container that ended on its own: starts it again when it is of a live release. Does not wait for a deploy of
  // its environment. Unlike the others, may be called at any time. Throws Error when it cannot be made, Cancelled.
  Revived revive(const std::string& container, const std::stop_token& stop);

  // Keeps a copy of the environment's data in the pool, of an instant when no deployment of it is under way. With
  // `held`, requests wait meanwhile.
  void keep_data(const Environment& environment, const std::string& name, bool held);
  // One that is not there is fine.
  void forget_data(const Environment& environment, const std::string& name);
  // All data that belongs to no environment, and all that was kept for no backup: while no deployment is under way.
  void forget_strays();
  // Whether the environment has data, be it an empty tree.
  bool holds_data(const Environment& environment) const;

  // Runs a cron of what is live now, to its end; waits first while a deployment is about to stop what it runs in. May
  // be called at any time. Throws Conflict where nothing is live or that has no such cron, Cancelled.
  CronResult run_cron(const CronRequest& request);

  // Tells the router an environment's routes and rules anew, without touching what runs.
  void tell_router(const Environment& environment);
  // Removes containers and routes; data and releases stay.
  void stop(const Environment& environment);
  // Like stop(), and removes the data.
  void erase(const Environment& environment);

  // Application to PLATFORM_RELATIONSHIPS, before base64, of what is live.
  Json relationships(const Environment& environment) const;
  // Where an environment with that configuration is reached: the primary route first.
  std::vector<std::string> urls(const Environment& environment, const config::Configuration& configuration) const;

 private:
  const std::unique_ptr<DeployerContext> context_;
};

}  // namespace penstock
