#pragma once

#include "base/file.h"
#include "base/secret_box.h"
#include "base/synchronized.h"
#include "config/configuration.h"
#include "runtime/access_logs.h"
#include "runtime/application_container.h"
#include "runtime/certificates/site_certificates.h"
#include "runtime/deployer.h"
#include "runtime/release.h"
#include "runtime/router_client.h"
#include "runtime/shared_mounts.h"
#include "runtime/volumes/volume_pool.h"
#include "service/service_definitions.h"
#include "store/store.h"
#include "unit/runtime/fake_engine.h"
#include "unit/runtime/fake_router.h"

#include <nlohmann/json.hpp>

#include <fstream>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace penstock::test {

// Not a std::exception, so that nothing but the test catches it: the process is gone.
struct PowerCut {};

// Artifacts that are directories.
class FakeArtifacts : public ArtifactMounts {
 public:
  explicit FakeArtifacts(std::filesystem::path directory) : directory_(std::move(directory)) {}

  std::function<void(const std::string& event)> before = [](const std::string&) {};

  std::filesystem::path mount(const std::string& digest) override {
    before("mount " + digest);
    std::filesystem::create_directories(directory_ / digest);
    return directory_ / digest;
  }
  void unmount(const std::string& digest) override {
    before("unmount " + digest);
    std::filesystem::remove_all(directory_ / digest);
  }
  std::vector<std::string> mounted() override {
    std::vector<std::string> digests;
    if (!std::filesystem::exists(directory_)) return digests;
    for (const auto& entry : std::filesystem::directory_iterator(directory_))
      digests.push_back(entry.path().filename());
    return digests;
  }

 private:
  const std::filesystem::path directory_;
};

// Output that may also end the process.
class WatchedSink : public CapturingSink {
 public:
  std::function<void(const std::string& event)> before = [](const std::string&) {};

  void write(std::string_view text) override {
    before("output " + std::string(text));
    CapturingSink::write(text);
  }
};

// A type of service for tests: "store:1".
constexpr std::uint16_t kStorePort = 7777;
constexpr const char* kStoreDefinition = R"yaml(
versions: {"1": {debian: {packages: []}}}
endpoint: store
username: main
scheme: store
port: 7777
keeps_data: true
databases: {key: databases, pattern: '[a-z]+', initial: [main], default_key: default_database, privileges: [ro, admin]}
configuration: {level: {default: low}}
start: run
configure: set up
)yaml";

// Everything that outlives penstockd, and one life of penstockd at a time. Applications write the id of their release
// into their storage mount when they start.
class DeployerFixture {
 public:
  DeployerFixture() {
    project.id = "proj";
    project.title = "Project";
    project.entropy = "entropy";
    store.projects().add(project);
    environment.project = project.id;
    environment.name = environment.title = "main";
    environment.machine_name = "main-abc";
    environment.status = EnvironmentStatus::Active;
    environment.settings.start_timeout_s = 1;
    store.environments().add(environment);
    configuration.applications["app"] = application("app");
    configuration.routes = {{.url = "https://{default}/", .upstream = "app"}};
    boot();
  }
  ~DeployerFixture() {
    life.reset();
    machine.lock()->containers.clear();
    pool_.close();
  }

  static config::Application application(const std::string& name) {
    config::Application application;
    application.name = name;
    application.type = "static:1";
    application.web.commands.start = "./serve";
    application.web.locations["/"].passthru.enabled = true;
    application.mounts["data"] = {.source = config::MountSource::Storage, .source_path = "data", .service = {}};
    return application;
  }

  // Penstockd starts. What ran goes on running.
  void boot() {
    life.reset();
    life = std::make_unique<Life>(*this);
  }
  // The machine lost power: nothing runs, nothing is mounted.
  void reboot() {
    for (auto& [id, container] : machine.lock()->containers) {
      container.running = false;
      container.listener.reset();
    }
    std::filesystem::remove_all(root.path() / "mounted");
    boot();
  }
  // Every event of engine, artifacts and output.
  void watch(const std::function<void(const std::string& event)>& event) {
    life->engine.before = life->artifacts.before = life->output.before = event;
  }

  Deployment release(const std::string& id) {
    Deployment deployment;
    deployment.id = id;
    deployment.project = project.id;
    deployment.environment = environment.name;
    deployment.commit = deployment.tree = "tree-" + id;
    deployment.configuration = configuration.to_json();
    for (const auto& [name, app] : configuration.applications) deployment.artifacts[name] = "artifact-" + id;
    for (const auto& [name, digest] : deployment.artifacts) {
      if (!store.artifacts().find(digest)) store.artifacts().add({.digest = digest});
    }
    return deployment;
  }
  DeployResult deploy(const Deployment& deployment, std::stop_token stop = {},
                      const std::optional<DataOrigin>& data = std::nullopt) {
    const Environment current = store.environments().get(environment.project, environment.name);
    return life->deployer.deploy({.environment = current,
                                  .release = deployment,
                                  .strategy = strategy,
                                  .output = life->output,
                                  .stop = std::move(stop),
                                  .data = data});
  }
  DeployResult deploy(const std::string& id) { return deploy(release(id)); }

  std::filesystem::path volume(const std::string& path) { return pool_.open(environment.key()) / "storage" / path; }
  // The releases whose applications have started on this data.
  std::string data() {
    const auto file = volume("app/data/started");
    return std::filesystem::exists(file) ? read_file(file) : "";
  }
  // The release whose containers the router sends requests to, "held" or "nobody".
  std::string served() {
    const auto table = router.table();
    const auto entry = table.find(environment.key());
    if (entry == table.end()) return "no entry";
    if (entry->second.at("hold").at("active").get<bool>()) return "held";
    const Json& addresses = entry->second.at("upstreams").at("app").at("addresses");
    if (addresses.empty()) return "nobody";
    for (const auto& [id, container] : machine.lock()->containers) {
      if (container.running && addresses.at(0) == container.address + ":8888")
        return container.spec.labels.at("release");
    }
    return "nothing that runs";
  }
  std::set<std::string> container_ids() {
    std::set<std::string> ids;
    for (const auto& [id, container] : machine.lock()->containers) ids.insert(id);
    return ids;
  }
  std::string status(const std::string& id) { return std::string(to_string(store.deployments().get(id).status)); }

  struct Life {
    explicit Life(DeployerFixture& fixture)
        : engine(fixture.machine),
          artifacts(fixture.root.path() / "mounted"),
          client(fixture.root.path() / "router.sock"),
          certificates({fixture.store, client}, fixture.root.path() / "certificates", "penstock.localhost", false),
          access_logs(fixture.root.path() / "access", fixture.root.path() / "router", "combined"),
          deployer({.engine = engine,
                    .store = fixture.store,
                    .artifacts = artifacts,
                    .image = [](const std::string& type, OutputSink&) { return Image{.name = type, .path = "/bin"}; },
                    .router = client,
                    .volumes = fixture.pool_,
                    .certificates = certificates,
                    .services = services,
                    .service_image = [](const std::string& type, OutputSink&) { return Image{.name = type}; },
                    .secrets = fixture.secrets,
                    .access_logs = access_logs,
                    .shared_mounts = shared_mounts},
                   {}) {
      engine.on_start = [](FakeEngine::Container& container) {
        for (const Mount& mount : container.spec.mounts) {
          if (mount.target != "/app/data") continue;
          std::ofstream(mount.source / "started", std::ios::app) << container.spec.labels.at("release") << "\n";
        }
        const bool is_service = container.spec.labels.contains("service");
        FakeEngine::listen(container, is_service ? kStorePort : kApplicationPort);
      };
    }

    FakeEngine engine;
    FakeArtifacts artifacts;
    WatchedSink output;
    RouterClient client;
    SiteCertificates certificates;
    const ServiceDefinitions services{{{"store", kStoreDefinition}}};
    const AccessLogs access_logs;
    const SharedMounts shared_mounts{{}};
    Deployer deployer;
  };

  TemporaryDirectory root{"/dev/shm"};  // nothing here is to survive a power cut: no need to wait for a disk
  Synchronized<FakeEngine::Machine> machine;
  Store store{root.path()};
  const SecretBox secrets{root.path() / "secrets.key"};
  FakeRouter router{root.path() / "router.sock"};
  Project project;
  Environment environment;
  config::Configuration configuration;
  Strategy strategy = Strategy::StopStart;
  std::unique_ptr<Life> life;

 private:
  VolumePool pool_{{.directory = root.path() / "volumes",
                    .loop_file = root.path() / "volumes.btrfs",
                    .loop_size = std::uint64_t{256} << 20,
                    .kind = VolumePoolSettings::Kind::LoopFile}};

 public:
  VolumePool& pool() { return pool_; }
};

}  // namespace penstock::test
