#include "runtime/release_containers.h"

#include "base/synchronized.h"
#include "hooks/lifecycle/hook.h"
#include "runtime/application_container.h"
#include "runtime/deployer_context.h"
#include "runtime/parallel.h"
#include "runtime/readiness.h"
#include "runtime/release.h"
#include "runtime/volumes/application_mounts.h"

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
  for (const auto& group : release_.start_order()) {
    Synchronized<std::map<std::string, Made>> made;
    in_parallel(group, [&](const std::string& application, const std::stop_token&) {
      Made one = make(application, artifacts.at(application), output, &Engine::create);
      made.lock()->emplace(application, std::move(one));
    });
    for (auto& [application, one] : *made.lock()) {
      addresses_[application] = std::move(one.address);
      environments_[application] = std::move(one.environment);
    }
  }
}

ReleaseContainers::Made ReleaseContainers::make(const std::string& application, const std::filesystem::path& artifact,
                                                OutputSink& output, Maker maker) const {
  const Image image = context_.parts.image(release_.configuration.applications.at(application).type, output);
  const ApplicationContainer container{context_, release_, application, image, addresses_};
  const ApplicationMounts mounts(context_.parts.volumes, release_, application);
  const Instance instance = (context_.parts.engine.*maker)(container.spec(artifact, mounts.mounts()));
  return {.address = instance.address, .environment = container.variables()};
}

bool ReleaseContainers::adopt() {
  bool all_run = true;
  for (const auto& group : release_.start_order()) {
    for (const std::string& application : group) {
      const auto state = context_.parts.engine.find(release_.container_id(application));
      if (!state || state->address.empty()) return false;
      all_run = all_run && state->running;
      addresses_[application] = state->address;
      NullSink nobody;
      const Image image = context_.parts.image(release_.configuration.applications.at(application).type, nobody);
      environments_[application] = ApplicationContainer{context_, release_, application, image, addresses_}.variables();
    }
  }
  return all_run;
}

void ReleaseContainers::recreate(const std::string& application, OutputSink& output, const std::stop_token& stop) {
  make(application, context_.artifacts.mount(release_).at(application), output, &Engine::recreate);
  start_one(application, output, stop);
}

void ReleaseContainers::expose() {
  for (const auto& [name, application] : release_.configuration.applications) {
    for (const auto& [relationship, related] : application.relationships) {
      if (release_.configuration.applications.count(related.target) == 0) continue;
      const Peer peer{
          .id = release_.container_id(related.target), .port = kApplicationPort, .shown_port = kRelationshipPort};
      context_.parts.engine.allow(release_.container_id(name), peer);
    }
  }
}

void ReleaseContainers::start(OutputSink& output, const std::stop_token& stop) {
  const auto start = [&](const std::string& application, const std::stop_token& stop_one) {
    start_one(application, output, stop_one);
  };
  for (const auto& group : release_.start_order()) in_parallel(group, start, stop);
}

void ReleaseContainers::start_one(const std::string& application, OutputSink& output, const std::stop_token& stop) {
  const Instance instance{.id = release_.container_id(application), .address = addresses_.at(application)};
  context_.parts.engine.start(instance.id);
  Readiness{.engine = context_.parts.engine,
            .application = release_.configuration.applications.at(application),
            .instance = instance,
            .environment = environments_.at(application),
            .timeout = std::chrono::seconds(release_.environment.settings.start_timeout_s),
            .output = output}
      .wait(stop);
}

void ReleaseContainers::stop() {
  const auto grace = std::chrono::seconds(release_.environment.settings.stop_grace_s);
  in_parallel(ids(), [&](const std::string& id, const std::stop_token&) {
    if (context_.parts.engine.find(id)) context_.parts.engine.stop(id, grace);
  });
}

void ReleaseContainers::remove() {
  in_parallel(ids(), [&](const std::string& id, const std::stop_token&) { context_.parts.engine.remove(id); });
  addresses_.clear();
  environments_.clear();
}

ExitStatus ReleaseContainers::run_hook(const std::string& application, const std::string& script,
                                       const std::string& log_name, OutputSink& output, const std::stop_token& stop) {
  return lifecycle::Hook{.engine = context_.parts.engine,
                         .container = release_.container_id(application),
                         .script = script,
                         .environment = environments_.at(application),
                         .log = hook_log_directory(context_, release_, application) / log_name}
      .run(output, stop);
}

bool ReleaseContainers::exist() const {
  for (const std::string& id : ids()) {
    if (context_.parts.engine.find(id)) return true;
  }
  return false;
}

std::vector<std::string> ReleaseContainers::ids() const {
  std::vector<std::string> ids;
  for (const auto& [name, application] : release_.configuration.applications)
    ids.push_back(release_.container_id(name));
  return ids;
}

std::map<std::string, std::string> ReleaseContainers::instances() const {
  std::map<std::string, std::string> instances;
  for (const auto& [application, address] : addresses_) instances[release_.container_id(application)] = address;
  return instances;
}

}  // namespace penstock
