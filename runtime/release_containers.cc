#include "runtime/release_containers.h"

#include "base/synchronized.h"
#include "runtime/deployer_context.h"
#include "runtime/environment_containers.h"
#include "runtime/parallel.h"
#include "runtime/services/environment_services.h"
#include "runtime/volumes/application_mounts.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>

namespace penstock {
namespace {

// Where nobody reads along.
class NullSink : public OutputSink {
 public:
  void write(std::string_view) override {}
};

}  // namespace

void ReleaseContainers::create(OutputSink& output) {
  remove();
  const auto artifacts = context_.artifacts.mount(release_);
  for (const auto& [name, component] : release_.components) write_peers(name);
  for (const auto& group : release_.slots_in_start_order()) {
    Synchronized<std::map<Slot, Made>> made;
    in_parallel(group, [&](const Slot& slot, const std::stop_token&) {
      Made one = make(slot, artifacts.at(application_of(slot).name), output, &Engine::create);
      made.lock()->emplace(slot, std::move(one));
    });
    made_.merge(*made.lock());
  }
  for (const auto& [name, component] : release_.components) write_peers(name);
}

// In place: containers have mounted the file itself.
void ReleaseContainers::write_peers(const std::string& component) const {
  if (release_.instances_of(component) == 1) return;
  Json peers = Json::array();
  for (const Instance& instance : instances_of(component))
    peers.push_back({{"instance", peers.size()}, {"ip", instance.address}, {"port", kApplicationPort}});
  std::ofstream(peers_file(context_, release_, component)) << peers.dump() << "\n";
}

ReleaseContainers::Made ReleaseContainers::make(const Slot& slot, const std::filesystem::path& artifact,
                                                OutputSink& output, Maker maker) const {
  const Image image = image_of(slot, output);
  const ApplicationContainer container{context_, release_, slot, image, addresses()};
  const ApplicationMounts mounts(context_.parts.volumes, release_, slot);
  Instance instance = (context_.parts.engine.*maker)(container.spec(artifact, mounts.mounts()));
  return {.instance = std::move(instance), .environment = container.variables()};
}

bool ReleaseContainers::adopt() {
  bool all_run = EnvironmentServices(context_, release_).run();
  for (const auto& group : release_.slots_in_start_order()) {
    for (const Slot& slot : group) {
      const auto state = context_.parts.engine.find(release_.container_id(slot));
      if (!state || state->address.empty()) return false;
      all_run = all_run && state->running;
      NullSink nobody;
      const Image image = image_of(slot, nobody);
      made_[slot] = {.instance = {.id = state->id, .address = state->address},
                     .environment = ApplicationContainer{context_, release_, slot, image, addresses()}.variables()};
    }
  }
  return all_run;
}

void ReleaseContainers::recreate(const Slot& slot, OutputSink& output, const std::stop_token& stop) {
  make(slot, context_.artifacts.mount(release_).at(application_of(slot).name), output, &Engine::recreate);
  start_one(slot, output, stop);
}

void ReleaseContainers::expose() {
  const EnvironmentServices services(context_, release_);
  for (const Slot& slot : release_.slots()) {
    const std::string id = release_.container_id(slot);
    for (const auto& [relationship, related] : application_of(slot).relationships) {
      for (const Instance& peer : instances_of(related.target)) {
        context_.parts.engine.allow(id, {.id = peer.id, .port = kApplicationPort, .shown_port = kRelationshipPort});
      }
      if (!release_.has_application(related.target)) context_.parts.engine.allow(id, services.peer(related.target));
    }
    if (release_.components.at(slot.component).is_worker()) continue;
    for (const Instance& peer : instances_of(slot.component)) {
      if (peer.id != id) context_.parts.engine.allow(id, {.id = peer.id, .port = kApplicationPort});
    }
  }
}

void ReleaseContainers::start(OutputSink& output, const std::stop_token& stop) {
  const auto start = [&](const Slot& slot, const std::stop_token& stop_one) { start_one(slot, output, stop_one); };
  for (const auto& group : release_.slots_in_start_order()) in_parallel(group, start, stop);
}

void ReleaseContainers::start_one(const Slot& slot, OutputSink& output, const std::stop_token& stop) {
  context_.parts.engine.start(made_.at(slot).instance.id);
  readiness_of(slot, output).wait(stop);
}

bool ReleaseContainers::has_workers() const {
  return std::any_of(release_.components.begin(), release_.components.end(),
                     [](const auto& component) { return component.second.is_worker(); });
}

void ReleaseContainers::await_workers(OutputSink& output, const std::stop_token& stop) {
  std::vector<Slot> workers = release_.slots();
  std::erase_if(workers, [&](const Slot& slot) { return !release_.components.at(slot.component).is_worker(); });
  const auto wait = [&](const Slot& slot, const std::stop_token& stop_one) {
    readiness_of(slot, output).wait_until_steady(stop_one);
  };
  in_parallel(workers, wait, stop);
}

Readiness ReleaseContainers::readiness_of(const Slot& slot, OutputSink& output) const {
  const Made& made = made_.at(slot);
  return {.engine = context_.parts.engine,
          .component = release_.components.at(slot.component),
          .instance = made.instance,
          .environment = made.environment,
          .timeout = std::chrono::seconds(release_.environment.settings.start_timeout_s),
          .output = output};
}

void ReleaseContainers::stop() {
  in_parallel(ids(), [&](const std::string& id, const std::stop_token&) {
    const auto state = context_.parts.engine.find(id);
    if (state) context_.parts.engine.stop(id, stop_grace_of(release_.environment, *state));
  });
}

void ReleaseContainers::remove() {
  in_parallel(ids(), [&](const std::string& id, const std::stop_token&) { context_.parts.engine.remove(id); });
  made_.clear();
}

ExitStatus ReleaseContainers::run_hook(const std::string& component, const std::string& script,
                                       const std::string& log_name, OutputSink& output, const std::stop_token& stop) {
  return hook(component, script, log_name).run(output, stop);
}

lifecycle::Hook ReleaseContainers::hook(const std::string& component, const std::string& script,
                                        const std::string& log_name) const {
  const Made& first = made_.at({component, 0});
  return {.engine = context_.parts.engine,
          .container = first.instance.id,
          .script = script,
          .environment = first.environment,
          .log = hook_log_directory(context_, release_, component) / log_name};
}

bool ReleaseContainers::exist() const {
  for (const std::string& id : ids()) {
    if (context_.parts.engine.find(id)) return true;
  }
  return false;
}

std::vector<std::string> ReleaseContainers::ids() const {
  std::vector<std::string> ids;
  for (const Slot& slot : release_.slots()) ids.push_back(release_.container_id(slot));
  return ids;
}

std::vector<Instance> ReleaseContainers::instances() const {
  std::vector<Instance> instances;
  for (const auto& [slot, made] : made_) instances.push_back(made.instance);
  return instances;
}

std::vector<Instance> ReleaseContainers::instances_of(const std::string& component) const {
  std::vector<Instance> instances;
  for (const auto& [slot, made] : made_) {
    if (slot.component == component) instances.push_back(made.instance);
  }
  return instances;
}

Addresses ReleaseContainers::addresses() const {
  Addresses addresses;
  for (const auto& [service, address] : EnvironmentServices(context_, release_).addresses()) {
    addresses[service] = {address};
  }
  for (const auto& [slot, made] : made_) addresses[slot.component].push_back(made.instance.address);
  return addresses;
}

Image ReleaseContainers::image_of(const Slot& slot, OutputSink& output) const {
  return context_.parts.image(application_of(slot).type, output);
}

const config::Application& ReleaseContainers::application_of(const Slot& slot) const {
  return release_.components.at(slot.component).application;
}

}  // namespace penstock
