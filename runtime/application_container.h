#pragma once

#include "container/container_spec.h"
#include "hooks/lifecycle/variables.h"
#include "image/image_store.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace penstock {

class Engine;
struct DeployerContext;
struct Release;
struct Slot;

// Where every application listens, each in a network of its own.
constexpr std::uint16_t kApplicationPort = 8888;
// Where the others find it.
constexpr std::uint16_t kRelationshipPort = 80;

// Where the application in a container listens, as the router names it: "10.0.0.7:8888", "unix:/…/app.sock".
std::string tcp_endpoint(const std::string& address);
std::string unix_endpoint(const Engine& engine, const std::string& container);

// Component -> IPv4 of each of its instances.
using Addresses = std::map<std::string, std::vector<std::string>>;

// One instance of a release's component on its way to a container.
struct ApplicationContainer {
  const DeployerContext& context;
  const Release& release;
  const Slot& slot;
  const Image& image;
  const Addresses addresses;  // of the components and services it has relationships to, at least

  // What the application's processes and hooks see.
  lifecycle::Variables variables() const;
  // `mounts` are what it may write to.
  ContainerSpec spec(const std::filesystem::path& artifact, std::vector<Mount> mounts) const;

 private:
  // What it may read in /var/log.
  void add_logs(std::vector<Mount>& mounts) const;
};

// What the instances of a component find at /run/peers.json: [{"instance", "ip", "port"}], when there are several.
std::filesystem::path peers_file(const DeployerContext& context, const Release& release, const std::string& component);

// Where the output of a release's hooks is kept, shown to the application as /var/log.
std::filesystem::path hook_log_directory(const DeployerContext& context, const Release& release,
                                         const std::string& component);

}  // namespace penstock
