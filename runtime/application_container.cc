#include "runtime/application_container.h"

#include "base/file.h"
#include "hooks/lifecycle/runtime_environment.h"
#include "runtime/access_logs.h"
#include "runtime/deployer_context.h"
#include "runtime/release.h"
#include "runtime/services/relationship_endpoint.h"
#include "runtime/site.h"
#include "runtime/volumes/volume_pool.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace penstock {
namespace {

const std::filesystem::path kLogsInside = "/var/log";

}  // namespace

std::string tcp_endpoint(const std::string& address) {
  return address + ":" + std::to_string(kApplicationPort);
}

std::string unix_endpoint(const Engine& engine, const std::string& container) {
  return "unix:" + engine.socket_path(container).string();
}

lifecycle::Variables ApplicationContainer::variables() const {
  const Environment& environment = release.environment;
  const config::Component& component = release.components.at(slot.component);
  lifecycle::RuntimeEnvironment runtime{
      .component = component,
      .common = {.application = component.application,
                 .project = environment.project,
                 .project_entropy = context.parts.store.projects().get(environment.project).entropy,
                 .tree_id = release.deployment.tree,
                 .image_path = image.path,
                 .variables = release.variables()},
      .branch = environment.name,
      .machine_name = environment.machine_name,
      .environment_type = std::string(to_string(environment.type)),
      .routes = config::platform_routes(routes_of(release, context.settings)),
      .relationships = relationship_endpoints(context, release, slot.component, addresses),
      .port = kApplicationPort,
      .socket = kSocketInside};
  return runtime.variables();
}

ContainerSpec ApplicationContainer::spec(const std::filesystem::path& artifact, std::vector<Mount> mounts) const {
  const config::Component& component = release.components.at(slot.component);
  const config::Application& self = component.application;
  ContainerSpec spec{.id = release.container_id(slot),
                     .rootfs = image.rootfs,
                     .mounts = {Mount::read_only_bind(artifact, lifecycle::kAppDirectory)},
                     .argv = {},
                     .supervised = true,
                     .has_socket = self.web.socket_family == config::SocketFamily::Unix,
                     .environment = lifecycle::to_strings(variables()),
                     .hostname = self.name,
                     .hosts = {self.additional_hosts.begin(), self.additional_hosts.end()},
                     .limits = release.limits_of(slot.component, context.settings.limits),
                     .peers = {},
                     .labels = {{"project", release.environment.project},
                                {"environment", release.environment.name},
                                {"release", release.deployment.id},
                                {"app", self.name},
                                {"component", slot.component},
                                {"instance", std::to_string(slot.instance)}}};
  if (component.is_worker()) spec.labels["worker"] = component.worker;
  spec.environment.push_back(fmt::format("PENSTOCK_MEMORY_MB={}", spec.limits.memory_bytes >> 20));
  spec.mounts.insert(spec.mounts.end(), mounts.begin(), mounts.end());
  add_logs(spec.mounts);
  if (release.instances_of(slot.component) > 1) {
    spec.mounts.push_back(Mount::read_only_bind(peers_file(context, release, slot.component), "/run/peers.json"));
  }
  for (const auto& [name, relationship] : self.relationships) {
    const auto found = addresses.find(relationship.target);
    if (found == addresses.end()) continue;
    for (const std::string& address : found->second)
      spec.hosts.emplace_back(lifecycle::relationship_host(name), address);
  }
  return spec;
}

void ApplicationContainer::add_logs(std::vector<Mount>& mounts) const {
  const auto directory = hook_log_directory(context, release, slot.component);
  mounts.push_back(Mount::read_only_bind(directory, kLogsInside));
  if (context.parts.access_logs.format().empty()) return;
  const auto log = context.parts.access_logs.prepare(release.environment.key());
  replace_file(directory / log.filename(), "");  // to mount over
  mounts.push_back(Mount::read_only_bind(log, kLogsInside / log.filename()));
}

std::filesystem::path peers_file(const DeployerContext& context, const Release& release, const std::string& component) {
  const auto scratch = context.parts.volumes.open_scratch(release.environment.key(), release.deployment.id);
  std::filesystem::create_directories(scratch / "peers");
  return scratch / "peers" / (component + ".json");
}

std::filesystem::path hook_log_directory(const DeployerContext& context, const Release& release,
                                         const std::string& component) {
  const auto scratch = context.parts.volumes.open_scratch(release.environment.key(), release.deployment.id);
  std::filesystem::path directory = scratch / "log" / component;
  std::filesystem::create_directories(directory);
  return directory;
}

}  // namespace penstock
