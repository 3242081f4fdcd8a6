#include "daemon/daemon.h"

#include "base/error.h"
#include "base/log.h"
#include "base/user.h"
#include "daemon/periodically.h"
#include "daemon/recovery_duty.h"

#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <fmt/format.h>

namespace penstock {
namespace {

using namespace std::chrono_literals;

std::optional<std::pair<uid_t, gid_t>> git_user(const Settings& settings) {
  if (settings.git_user.empty()) return std::nullopt;
  const auto user = find_user(settings.git_user);
  if (!user) throw UserError(fmt::format("cannot run git as {}: this machine has no such user", settings.git_user));
  return user;
}

LocalEngineSettings engine_settings(const Settings& settings) {
  return {.directory = settings.state_directory / "containers",
          .run_directory = settings.run_directory / "containers",
          .prefix = settings.prefix,
          .address_pool = settings.address_pool,
          .runtime = settings.runtime,
          .programs = settings.programs_directory};
}

VolumePoolSettings volume_settings(const Settings& settings) {
  return {.directory = settings.state_directory / "volumes", .loop_file = settings.state_directory / "volumes.btrfs"};
}

// A TLS terminator has the ports that URLs need not name.
config::SitePorts site_ports(const Settings& settings) {
  if (settings.https) return {};
  return {.http = settings.router_port, .https = settings.router_tls_port, .tls = settings.router_tls_port != 0};
}

api::Urls urls_of(const Settings& settings) {
  return {.api = settings.url, .site_domain = settings.site_domain, .ports = site_ports(settings)};
}

DeployerSettings deployer_settings(const Settings& settings, const api::Urls& urls) {
  return {
      .site_domain = settings.site_domain, .ports = urls.ports, .limits = {}, .address_pool = settings.address_pool};
}

}  // namespace

Daemon::Daemon(const Settings& settings)
    : settings_(settings),
      git_user_(git_user(settings)),
      urls_(urls_of(settings)),
      store_(settings.state_directory),
      secrets_(settings.state_directory / "secrets.key"),
      services_(ServiceDefinitions::with(settings.state_directory / "services")),
      images_(settings.images_directory, Catalogue::builtin()),
      service_images_(settings.images_directory, services_.images()),
      engine_(engine_settings(settings)),
      volumes_(volume_settings(settings)),
      artifacts_(settings.state_directory / "artifacts", settings.run_directory / "artifacts"),
      router_(settings.router_socket),
      certificates_({store_, router_}, settings.state_directory / "certificates", settings.site_domain,
                    settings.router_tls_port != 0),
      access_logs_(settings.state_directory / "access", settings.state_directory / "router",
                   settings.access_log == "off" ? "" : settings.access_log),
      shared_mounts_(settings.run_directory / "mounts"),
      deployer_(
          {.engine = engine_,
           .store = store_,
           .artifacts = artifact_mounts_,
           .image = [this](const std::string& type, OutputSink& progress) { return images_.resolve(type, progress); },
           .router = router_,
           .volumes = volumes_,
           .certificates = certificates_,
           .services = services_,
           .service_image = [this](const std::string& type,
                                   OutputSink& progress) { return service_images_.resolve(type, progress); },
           .secrets = secrets_,
           .access_logs = access_logs_,
           .shared_mounts = shared_mounts_},
          deployer_settings(settings, urls_)),
      repositories_(settings.state_directory / "repositories", settings.programs_directory / "git-hooks", git_user_),
      pipeline_({.engine = engine_,
                 .images = images_,
                 .store = store_,
                 .artifacts = artifacts_,
                 .builds = settings.state_directory / "builds",
                 .cache = settings.state_directory / "cache",
                 .limits = {},
                 .services = services_.types()}),
      slots_(settings_.builds_at_once),
      view_{store_, urls_, settings.state_directory / "repositories"},
      handlers_(handlers()),
      routes_(api::all_routes(handlers_)),
      git_(git_options()) {
  recover();
  serve();
}

Daemon::~Daemon() {
  log_of("daemon")->info("stopping");
  scheduling_ = {};  // asks it to stop, and waits
  server_->close();
  // Pushes under way wait for their activities.
  queue_.stop();
  server_->stop();
}

void Daemon::recover() {
  pipeline_.sweep();
  RecoveryDuty{store_, repositories_, operations_}.run(deployer_.recover());
}

void Daemon::serve() {
  std::optional<uid_t> hook_user;
  if (git_user_) hook_user = git_user_->first;
  hooks_ = std::make_unique<HookServer>(git_.hook_socket, pushes_, hook_user);
  server_ = std::make_unique<api::Server>(
      routes_, authenticator_,
      api::ServerOptions{.listen = settings_.listen, .other = [this](const Poco::Net::HTTPServerRequest& request) {
                           std::unique_ptr<Poco::Net::HTTPRequestHandler> handler;
                           if (is_git_path(request.getURI())) handler = std::make_unique<GitHttpHandler>(git_);
                           return handler;
                         }});
  keeper_ = std::make_unique<ContainerKeeper>(
      engine_, [this](const auto& container, const auto& stop) { return deployer_.revive(container, stop); });
  collecting_ = std::jthread([this](const std::stop_token& stop) { collector_.run(stop); });
  scheduling_ = std::jthread([this](const std::stop_token& stop) { scheduler_.run(stop); });
  renewing_ = std::jthread([this](const std::stop_token& stop) {
    periodically(stop, 6h, "renew certificates", [this] { certificates_.renew(wall_now()); });
  });
  backing_up_ = std::jthread([this](const std::stop_token& stop) {
    periodically(stop, 10min, "follow the policy of backups", [this] { backups_.follow_policy(wall_now()); });
  });
  growing_ = std::jthread([this](const std::stop_token& stop) {
    periodically(stop, 30s, "enlarge the pool of volumes", [this] { volumes_.grow_when_needed(); });
  });
  log_of("daemon")->info("serving listen={} url={}", settings_.listen, settings_.url);
}

api::Handlers Daemon::handlers() {
  return {.token = {authenticator_, access_tokens_},
          .user = {store_},
          .project = {store_, operations_, urls_},
          .environment = {store_, operations_, view_},
          .branching = {store_, branching_, view_},
          .backup = {store_, backups_, view_},
          .mount = {store_, volumes_},
          .activity = {store_, operations_},
          .cron = {store_, operations_},
          .deployment = {store_, operations_, urls_, volumes_},
          .variable = {store_, operations_},
          .artifact = {store_, artifacts_, settings_.state_directory / "exports", settings_.kept_deployments},
          .log = {store_, engine_, access_logs_},
          .certificate = {store_, certificates_},
          .relationship = {store_,
                           [this](const Environment& environment) { return deployer_.relationships(environment); }}};
}

GitHttpOptions Daemon::git_options() {
  return {.authenticate = [this](std::string_view token) -> std::optional<std::string> {
            const auto principal = authenticator_.identify_api_token(std::string(token));
            if (!principal) return std::nullopt;
            return principal->name;
          },
          .repository = [this](const std::string& project) -> std::optional<std::filesystem::path> {
            if (!store_.projects().find(project)) return std::nullopt;
            return repositories_.path_of(project);
          },
          .hooks = settings_.programs_directory / "git-hooks",
          .hook_socket = settings_.run_directory / "hooks.sock",
          .pushes = &pushes_,
          .user = git_user_};
}

}  // namespace penstock
