// penstockd, put together.
#pragma once

#include "api/access_tokens.h"
#include "api/authenticator.h"
#include "api/git_http.h"
#include "api/hook_server.h"
#include "api/routes.h"
#include "api/server.h"
#include "api/urls.h"
#include "base/secret_box.h"
#include "container/local_engine.h"
#include "daemon/activity_queue.h"
#include "daemon/artifact_collector.h"
#include "daemon/backup_keeper.h"
#include "daemon/branching.h"
#include "daemon/build_slots.h"
#include "daemon/container_keeper.h"
#include "daemon/cron_jobs.h"
#include "daemon/cron_scheduler.h"
#include "daemon/environment_operations.h"
#include "daemon/mounted_artifact_store.h"
#include "daemon/push_receiver.h"
#include "daemon/releases.h"
#include "daemon/repositories.h"
#include "daemon/settings.h"
#include "image/image_store.h"
#include "pipeline/pipeline.h"
#include "runtime/access_logs.h"
#include "runtime/certificates/site_certificates.h"
#include "runtime/deployer.h"
#include "runtime/router_client.h"
#include "runtime/shared_mounts.h"
#include "runtime/volumes/volume_pool.h"
#include "service/service_definitions.h"
#include "store/store.h"

#include <memory>
#include <thread>

namespace penstock {

// Constructs all parts in the order they need each other, finishes what the one before it left, and serves. The
// destructor stops: first taking requests, then running activities; applications and the router go on.
class Daemon {
 public:
  explicit Daemon(const Settings& settings);
  ~Daemon();

 private:
  void recover();
  void serve();
  api::Handlers handlers();
  GitHttpOptions git_options();

  const Settings settings_;
  const std::optional<std::pair<uid_t, gid_t>> git_user_;
  const api::Urls urls_;
  Store store_;
  const SecretBox secrets_;
  const ServiceDefinitions services_;
  ImageStore images_;
  ImageStore service_images_;
  LocalEngine engine_;
  VolumePool volumes_;
  ArtifactStore artifacts_;
  MountedArtifactStore artifact_mounts_{artifacts_};
  RouterClient router_;
  SiteCertificates certificates_;
  const AccessLogs access_logs_;
  const SharedMounts shared_mounts_;
  Deployer deployer_;
  Repositories repositories_;
  const Pipeline pipeline_;
  BuildSlots slots_;
  Releases releases_{{store_, repositories_, pipeline_, slots_, deployer_}};
  CronJobs crons_{store_, queue_, deployer_};  // its queue comes after it, and goes before it
  ActivityQueue queue_{store_};
  EnvironmentOperations operations_{{store_, queue_, crons_, repositories_, releases_, deployer_, certificates_,
                                     volumes_, settings_.state_directory / "cache"}};
  Branching branching_{{store_, queue_, repositories_, releases_, deployer_}};
  BackupKeeper backups_{
      {store_, queue_, repositories_, releases_, deployer_, volumes_, settings_.state_directory / "exports"},
      {.every = std::chrono::hours(settings_.backup_every_h), .kept = std::chrono::hours(settings_.backup_kept_h)}};
  PushReceiver pushes_{{store_, queue_, repositories_, releases_, pipeline_}};
  ArtifactCollector collector_{store_, artifacts_, deployer_, queue_, settings_.kept_deployments};

  api::AccessTokens access_tokens_{store_};
  api::Authenticator authenticator_{store_, access_tokens_};
  const api::EnvironmentView view_;
  const api::Handlers handlers_;
  const api::RouteTable routes_;
  const GitHttpOptions git_;
  std::unique_ptr<HookServer> hooks_;
  std::unique_ptr<api::Server> server_;
  std::unique_ptr<ContainerKeeper> keeper_;
  CronScheduler scheduler_{store_, [this](const CronId& cron) { crons_.begin(cron, kCronUser); }};
  std::jthread collecting_;
  std::jthread renewing_;
  std::jthread backing_up_;
  std::jthread growing_;
  std::jthread scheduling_;
};

}  // namespace penstock
