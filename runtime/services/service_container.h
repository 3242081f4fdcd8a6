#pragma once

#include "base/output_sink.h"
#include "base/process.h"
#include "config/service_setup.h"
#include "container/container_spec.h"
#include "image/image_store.h"
#include "service/service_definition.h"
#include "store/environment.h"

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

namespace penstock {

struct DeployerContext;

// One service of an environment: what it is to be, and how it becomes that. The container has one name for all
// releases.
class ServiceContainer {
 public:
  // Throws UserError when there is no such type any more. All arguments outlive it.
  ServiceContainer(const DeployerContext& context, const Environment& environment, const config::Service& service,
                   const Limits& limits);

  // Its label "spec" is the same as long as a running container need not be made anew.
  ContainerSpec spec(const Image& image) const;

  // Waits until the started container answers. Throws UserError, with its last lines on `output`, Cancelled.
  void wait_until_ready(OutputSink& output, const std::stop_token& stop) const;
  // What the configure script is told, with `more` lines. Holds passwords.
  std::string configuration_input(const std::string& more) const;
  // Runs a script of the definition in the container. Throws UserError with its last words, without passwords.
  void run(const std::string& script, const std::string& input, const std::stop_token& stop) const;

  const std::string& id() const { return id_; }
  const std::string& name() const { return service_.name; }
  const ServiceDefinition& definition() const { return definition_; }
  const config::ServiceSetup& setup() const { return setup_; }

 private:
  std::vector<std::string> environment_variables() const;
  std::string without_passwords(std::string text) const;
  ExitStatus exec(const std::string& script, const std::string& input, OutputSink& output,
                  const std::stop_token& stop) const;
  [[noreturn]] void give_up(OutputSink& output, const std::string& why) const;

  const DeployerContext& context_;
  const Environment& environment_;
  const config::Service& service_;
  const ServiceDefinition& definition_;
  const config::ServiceSetup setup_;
  const std::string id_;
  const Limits limits_;
};

std::string service_container_id(const Environment& environment, const std::string& service);

// Where the data of a service is kept, made when there is none.
std::filesystem::path service_data(const DeployerContext& context, const Environment& environment,
                                   const std::string& service);

}  // namespace penstock
