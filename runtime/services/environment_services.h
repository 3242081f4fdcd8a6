#pragma once

#include "base/output_sink.h"
#include "config/configuration.h"
#include "container/engine.h"
#include "store/environment.h"

#include <map>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace penstock {

class ReleaseContainers;
class ServiceContainer;
struct DeployerContext;
struct Release;

// The services of an environment, as one release of it names them. Their containers belong to the environment: they run
// on from release to release, at the same addresses, and are only made anew when what they are to be has changed. One
// thread at a time for an environment; all arguments outlive it.
class EnvironmentServices {
 public:
  EnvironmentServices(DeployerContext& context, const Release& release) : context_(context), release_(release) {}

  // Makes containers that are missing, so that all have addresses. Nothing starts or stops.
  void create(OutputSink& output) const;
  // Brings those named to what the release says: starts, makes anew, waits until they answer, configures. What is so
  // already is left alone. Throws UserError when one does not get there, Cancelled.
  void start(OutputSink& output, const std::stop_token& stop) const;
  // One that ended on its own.
  void start_again(const std::string& service, OutputSink& output, const std::stop_token& stop) const {
    start_one(service, output, stop);
  }
  // Leads those that have relationships to the containers of this release. Those have to exist.
  void connect(const ReleaseContainers& containers, const std::stop_token& stop) const;
  // Has those that run write what a snapshot of their data needs.
  void quiesce(const std::stop_token& stop) const;
  // Stops all that the environment has; they stay, to be started again.
  void stop() const;
  // Removes the containers of services that the release does not name. Their data stays.
  void remove_others() const;

  // Whether all run and are configured.
  bool run() const;
  // Service -> IPv4, of those that have containers.
  std::map<std::string, std::string> addresses() const;
  // Where others reach the service.
  Peer peer(const std::string& service) const;

 private:
  // The containers that a relationship of a service leads to, with their addresses.
  std::vector<std::pair<Peer, std::string>> peers(const std::string& target, const ReleaseContainers& containers) const;
  // Those that run in containers.
  std::vector<std::string> names() const;
  ServiceContainer container(const std::string& service) const;
  void start_one(const std::string& service, OutputSink& output, const std::stop_token& stop) const;
  void run_anew(const ServiceContainer& service, const ContainerSpec& spec, const InstanceState& state) const;
  void configure(const ServiceContainer& service, const std::string& more, const std::stop_token& stop) const;

  DeployerContext& context_;
  const Release& release_;
};

// The containers of an environment's services, whichever release named them.
std::vector<InstanceState> service_containers_of(Engine& engine, const Environment& environment);

// Stops and removes them. Their data stays.
void remove_services(Engine& engine, const Environment& environment);

// Empty when a release with `next` can take over from one with `live` while both run. Otherwise why not.
std::string why_services_cannot_stay(const config::Configuration& live, const config::Configuration& next);

}  // namespace penstock
