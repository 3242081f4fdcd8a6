#include "runtime/revival.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "runtime/release_containers.h"
#include "runtime/router_client.h"
#include "runtime/router_entry.h"
#include "runtime/services/environment_services.h"

#include <nlohmann/json.hpp>

namespace penstock {
namespace {

std::string end_of(const InstanceState& state) {
  if (!state.exit_status) return "its monitor ended";
  return state.exit_status->describe() + (state.out_of_memory ? ", out of memory" : "");
}

// The service whose container it is; empty: of none that the release names.
std::string service_of(const Release& live, const InstanceState& container) {
  const auto service = container.labels.find("service");
  const bool is_named = service != container.labels.end() && live.configuration.services.contains(service->second);
  return is_named ? service->second : "";
}

}  // namespace

Revived Revival::run() const {
  const auto state = context.parts.engine.find(container);
  if (!state || state->running || !state->labels.contains("environment")) return Revived::NotNeeded;
  const auto environment =
      context.parts.store.environments().find(state->labels.at("project"), state->labels.at("environment"));
  if (!environment) return Revived::NotNeeded;
  const EnvironmentLocks::Lock lock = context.locks.try_acquire(environment->key());
  if (!lock.owns_lock()) return Revived::Busy;
  // Both as they are now that nobody else changes them.
  const auto ended = context.parts.engine.find(container);
  if (!ended || ended->running) return Revived::NotNeeded;
  return revive(context.parts.store.environments().get(environment->project, environment->name), *ended);
}

Revived Revival::revive(const Environment& environment, const InstanceState& ended) const {
  auto current = context.parts.store.deployments().current(environment.project, environment.name);
  if (!current || environment.status != EnvironmentStatus::Active) return Revived::NotNeeded;
  ReleaseContainers containers(context, release_of(environment, std::move(*current)));
  const std::optional<Slot> slot = containers.release().slot_of(container);
  const std::string service = service_of(containers.release(), ended);
  if (!slot && service.empty()) return Revived::NotNeeded;
  log_of("runtime")->warn("container ended: environment={} container={} end=\"{}\"", environment.key(), container,
                          end_of(ended));
  const Stopwatch took;
  containers.adopt();
  context.parts.router.put(router_entry(context, containers, Hold::On));
  try {
    if (slot) {
      start_again(containers, *slot);
    } else {
      start_service_again(containers, service);
    }
  } catch (const std::exception&) {
    context.parts.router.put(router_entry(context, containers, Hold::Off));
    throw;
  }
  context.parts.router.put(router_entry(context, containers, Hold::Off));
  log_of("runtime")->info("container started again: environment={} container={} took={}", environment.key(), container,
                          human_duration(took.elapsed()));
  return Revived::Started;
}

void Revival::start_service_again(ReleaseContainers& containers, const std::string& service) const {
  CapturingSink output;
  const EnvironmentServices services(context, containers.release());
  services.start_again(service, output, stop);
  services.connect(containers, stop);
}

void Revival::start_again(ReleaseContainers& containers, const Slot& slot) const {
  CapturingSink output;
  try {
    containers.recreate(slot, output, stop);
  } catch (const UserError& error) {
    // What the application does wrong; its supervisor, or its next end, is what goes on trying.
    log_of("runtime")->warn("container not ready: {}", error.what());
  }
}

}  // namespace penstock
