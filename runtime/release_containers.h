#pragma once

#include "container/engine.h"
#include "hooks/lifecycle/hook.h"
#include "hooks/lifecycle/variables.h"
#include "image/image_store.h"
#include "runtime/application_container.h"
#include "runtime/readiness.h"
#include "runtime/release.h"

#include <filesystem>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace penstock {

struct DeployerContext;

// The containers of one release: every instance of every component. Their ids follow from the release, so that a later
// process finds them again. One thread at a time.
class ReleaseContainers {
 public:
  ReleaseContainers(DeployerContext& context, Release release) : context_(context), release_(std::move(release)) {}

  // All that can be done without disturbing what is live: mounts artifacts, makes containers ready to start. What an
  // earlier attempt left is replaced.
  void create(OutputSink& output);
  // Takes up those an earlier process started. False unless all of them run.
  bool adopt();
  // Makes one again that has ended, starts it and waits as start() does. All were adopted.
  void recreate(const Slot& slot, OutputSink& output, const std::stop_token& stop);
  // Lets components connect to those they have relationships to, and instances of an application to each other.
  void expose();
  // In the order of relationships, each waited for until it is ready. Throws UserError when one will not be; its last
  // lines are on `output` then.
  void start(OutputSink& output, const std::stop_token& stop);
  bool has_workers() const;
  // Once they have what their application's deploy hook makes: waits until they do not end at once. Throws as start().
  void await_workers(OutputSink& output, const std::stop_token& stop);
  void stop();
  void remove();

  // Runs a hook in the component's first instance. It has to run, and to have been created or adopted.
  ExitStatus run_hook(const std::string& component, const std::string& script, const std::string& log_name,
                      OutputSink& output, const std::stop_token& stop);

  // The same, to be run by the caller.
  lifecycle::Hook hook(const std::string& component, const std::string& script, const std::string& log_name) const;

  const Release& release() const { return release_; }
  // Whether any of them exists, running or not.
  bool exist() const;
  // Those that were created or adopted.
  std::vector<Instance> instances() const;
  std::vector<Instance> instances_of(const std::string& component) const;
  // Of those, and of the services.
  Addresses addresses() const;

 private:
  struct Made {
    Instance instance;
    lifecycle::Variables environment;
  };

  using Maker = Instance (Engine::*)(const ContainerSpec& spec);

  Made make(const Slot& slot, const std::filesystem::path& artifact, OutputSink& output, Maker maker) const;
  void write_peers(const std::string& component) const;
  Image image_of(const Slot& slot, OutputSink& output) const;
  const config::Application& application_of(const Slot& slot) const;
  void start_one(const Slot& slot, OutputSink& output, const std::stop_token& stop);
  Readiness readiness_of(const Slot& slot, OutputSink& output) const;
  std::vector<std::string> ids() const;

  DeployerContext& context_;
  const Release release_;
  std::map<Slot, Made> made_;
};

}  // namespace penstock
