// What LocalEngine is made of, and the steps its verbs share.
#pragma once

#include "container/address_pool.h"
#include "container/background_work.h"
#include "container/cgroup.h"
#include "container/container_files.h"
#include "container/exit_watch.h"
#include "container/firewall.h"
#include "container/host_network.h"
#include "container/local_engine.h"
#include "container/oci_runtime.h"

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

namespace penstock {

constexpr std::chrono::seconds kKillLimit{10};

// Everything a runtime needs to run a container.
struct Prepared {
  ContainerRecord record;
  Fd connection;  // keeps its network alive until there is a process in it
  Entrance entrance;
};

struct LocalEngine::Parts {
  explicit Parts(LocalEngineSettings from);

  ContainerFiles files(const std::string& id) const { return {.root = settings.directory / id}; }
  Cgroup cgroup(const std::string& id) const {
    return {hierarchy, std::filesystem::path("penstock-" + settings.prefix) / id};
  }
  std::filesystem::path attach_sockets() const { return settings.run_directory / "attach"; }
  std::filesystem::path socket_directory(const std::string& id) const {
    return settings.run_directory / "sockets" / id;
  }

  ContainerRecord record(const std::string& id) const;
  // Makes the container's directory, which is what makes its id taken.
  void reserve(const std::string& id) const;
  // At an address that was claimed for it before, or, where that is empty, at a new one.
  Prepared prepare(const ContainerSpec& spec, bool foreground, const std::string& kept_address = {}) const;
  void watch_end(const std::string& id, const ContainerRecord& record);
  // Of a container that has ended, all but its directory and its address.
  void take_down(const std::string& id, const ContainerRecord& record) const;
  // Takes the kernel some 20 ms, which is why nobody waits for it. The address stays taken until then.
  void release_address(const std::string& address, const std::string& owner);

  const LocalEngineSettings settings;
  const OciRuntime runtime;
  const CgroupHierarchy hierarchy;
  const HostNetwork network;
  const Firewall firewall;
  const AddressPool addresses;
  ExitWatch exits;
  // Last: its tasks use the others.
  BackgroundWork later;
};

// Throws UserError.
void check_id(const std::string& id);
// A pidfd; empty when it has ended.
Fd open_process(const std::optional<ProcessIdentity>& identity);
// False when it still runs then.
bool wait_readable(const Fd& pidfd, std::chrono::steady_clock::time_point deadline);

}  // namespace penstock
