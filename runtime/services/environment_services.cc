#include "runtime/services/environment_services.h"

#include "base/digest.h"
#include "base/error.h"
#include "runtime/deployer_context.h"
#include "runtime/parallel.h"
#include "runtime/release_containers.h"
#include "runtime/services/service_container.h"
#include "service/service_definitions.h"

#include <fmt/format.h>

#include <algorithm>

namespace penstock {
namespace {

constexpr std::chrono::seconds kStopGrace{30};

std::string label_of(const InstanceState& state, const std::string& label) {
  const auto found = state.labels.find(label);
  return found == state.labels.end() ? "" : found->second;
}

void stop_all(Engine& engine, const std::vector<InstanceState>& containers) {
  in_parallel(containers,
              [&](const InstanceState& container, const std::stop_token&) { engine.stop(container.id, kStopGrace); });
}

}  // namespace

void EnvironmentServices::create(OutputSink& output) const {
  in_parallel(names(), [&](const std::string& name, const std::stop_token&) {
    const ServiceContainer service = container(name);
    const auto state = context_.parts.engine.find(service.id());
    if (state && !state->address.empty()) return;
    const Image image = context_.parts.service_image(release_.configuration.services.at(name).type, output);
    context_.parts.engine.remove(service.id());
    context_.parts.engine.create(service.spec(image));
  });
}

void EnvironmentServices::start(OutputSink& output, const std::stop_token& stop) const {
  create(output);
  in_parallel(
      names(), [&](const std::string& name, const std::stop_token& stop_one) { start_one(name, output, stop_one); },
      stop);
}

void EnvironmentServices::start_one(const std::string& name, OutputSink& output, const std::stop_token& stop) const {
  const ServiceContainer service = container(name);
  const Image image = context_.parts.service_image(release_.configuration.services.at(name).type, output);
  const ContainerSpec spec = service.spec(image);
  const InstanceState state = context_.parts.engine.find(service.id()).value();
  if (!state.running || label_of(state, "spec") != spec.labels.at("spec")) {
    output.line("  Opening service " + name);
    run_anew(service, spec, state);
  }
  if (context_.parts.store.services().configured(release_.environment, name).empty()) {
    PrefixingSink indented(output, "    ");
    service.wait_until_ready(indented, stop);
  }
  if (release_.configuration.services.at(name).relationships.empty()) configure(service, "", stop);
}

// A container runs once. One that was made whole and never started is as good as new, unless it is to be another.
void EnvironmentServices::run_anew(const ServiceContainer& service, const ContainerSpec& spec,
                                   const InstanceState& state) const {
  Engine& engine = context_.parts.engine;
  context_.parts.store.services().set_configured(release_.environment, service.name(), "");
  const bool as_new =
      !state.half_made && !state.running && !state.exit_status && label_of(state, "spec") == spec.labels.at("spec");
  if (!as_new) {
    engine.stop(service.id(), kStopGrace);
    engine.recreate(spec);
  }
  engine.start(service.id());
}

void EnvironmentServices::configure(const ServiceContainer& service, const std::string& more,
                                    const std::stop_token& stop) const {
  const std::string& script = service.definition().configure;
  const std::string input = service.configuration_input(more);
  const std::string wanted = Sha256().field(script).field(input).hex();
  ServiceRecords& records = context_.parts.store.services();
  if (records.configured(release_.environment, service.name()) == wanted) return;
  // What it is while the script runs, and if that is cut off, nobody knows.
  records.set_configured(release_.environment, service.name(), "");
  if (!script.empty()) service.run(script, input, stop);
  records.set_configured(release_.environment, service.name(), wanted);
}

void EnvironmentServices::connect(const ReleaseContainers& containers, const std::stop_token& stop) const {
  for (const std::string& name : names()) {
    const ServiceContainer service = container(name);
    std::string lines;
    for (const auto& [relationship, related] : release_.configuration.services.at(name).relationships) {
      for (const auto& [peer, address] : peers(related.target, containers)) {
        context_.parts.engine.allow(service.id(), peer);
        lines += fmt::format("relationship\t{}\t{}\t{}\n", relationship, address, peer.port);
      }
    }
    if (!lines.empty()) configure(service, lines, stop);
  }
}

std::vector<std::pair<Peer, std::string>> EnvironmentServices::peers(const std::string& target,
                                                                     const ReleaseContainers& containers) const {
  std::vector<std::pair<Peer, std::string>> peers;
  if (!release_.has_application(target)) return {{peer(target), addresses().at(target)}};
  for (const Instance& instance : containers.instances_of(target)) {
    peers.emplace_back(Peer{.id = instance.id, .port = kApplicationPort, .shown_port = kRelationshipPort},
                       instance.address);
  }
  return peers;
}

void EnvironmentServices::quiesce(const std::stop_token& stop) const {
  in_parallel(
      names(),
      [&](const std::string& name, const std::stop_token& stop_one) {
        const ServiceContainer service = container(name);
        const auto state = context_.parts.engine.find(service.id());
        if (state && state->running && !service.definition().quiesce.empty()) {
          service.run(service.definition().quiesce, "", stop_one);
        }
      },
      stop);
}

void EnvironmentServices::stop() const {
  stop_all(context_.parts.engine, service_containers_of(context_.parts.engine, release_.environment));
}

void EnvironmentServices::remove_others() const {
  std::vector<InstanceState> others = service_containers_of(context_.parts.engine, release_.environment);
  const std::vector<std::string> named = names();
  std::erase_if(others, [&](const InstanceState& container) {
    return std::find(named.begin(), named.end(), label_of(container, "service")) != named.end();
  });
  stop_all(context_.parts.engine, others);
  for (const InstanceState& container : others) context_.parts.engine.remove(container.id);
}

bool EnvironmentServices::run() const {
  const std::vector<std::string> all = names();
  return std::all_of(all.begin(), all.end(), [&](const std::string& name) {
    const auto state = context_.parts.engine.find(service_container_id(release_.environment, name));
    return state && state->running && !context_.parts.store.services().configured(release_.environment, name).empty();
  });
}

std::map<std::string, std::string> EnvironmentServices::addresses() const {
  std::map<std::string, std::string> addresses;
  for (const std::string& name : names()) {
    const auto state = context_.parts.engine.find(service_container_id(release_.environment, name));
    if (state) addresses[name] = state->address;
  }
  return addresses;
}

Peer EnvironmentServices::peer(const std::string& service) const {
  const ServiceDefinition& definition = context_.parts.services.get(release_.configuration.services.at(service).type);
  return {.id = service_container_id(release_.environment, service), .port = definition.port, .shown_port = 0};
}

std::vector<std::string> EnvironmentServices::names() const {
  std::vector<std::string> names;
  for (const auto& [name, service] : release_.configuration.services) {
    if (!context_.parts.services.get(service.type).start.empty()) names.push_back(name);
  }
  return names;
}

ServiceContainer EnvironmentServices::container(const std::string& service) const {
  return {context_, release_.environment, release_.configuration.services.at(service),
          release_.limits_of(service, context_.settings.limits)};
}

std::vector<InstanceState> service_containers_of(Engine& engine, const Environment& environment) {
  std::vector<InstanceState> containers = engine.list();
  std::erase_if(containers, [&](const InstanceState& container) {
    return label_of(container, "project") != environment.project ||
           label_of(container, "environment") != environment.name || !container.labels.contains("service");
  });
  return containers;
}

void remove_services(Engine& engine, const Environment& environment) {
  const std::vector<InstanceState> containers = service_containers_of(engine, environment);
  stop_all(engine, containers);
  for (const InstanceState& container : containers) engine.remove(container.id);
}

std::string why_services_cannot_stay(const config::Configuration& live, const config::Configuration& next) {
  for (const auto& [name, service] : next.services) {
    const auto before = live.services.find(name);
    if (before == live.services.end()) continue;
    if (before->second.type != service.type) {
      return fmt::format("service {} changes from {} to {}, use the strategy stopstart", name, before->second.type,
                         service.type);
    }
    if (before->second.configuration != service.configuration) {
      return fmt::format("the configuration of service {} changes, use the strategy stopstart", name);
    }
  }
  return "";
}

}  // namespace penstock
