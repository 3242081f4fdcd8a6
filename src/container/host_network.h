// The network of containers: a namespace and a pair of virtual devices each, no bridge. The host routes.
#pragma once

#include "base/handle.h"

#include <filesystem>
#include <string>

namespace penstock {

class HostNetwork {
 public:
  // `prefix` begins the names of the devices: "<prefix>-<address in hexadecimal>". Lets the host forward packets.
  explicit HostNetwork(std::string prefix);

  // A new network namespace with `address`, a default route through the host and ports from 0 open to everyone in it.
  // It lives as long as the descriptor or a process in it.
  Fd connect(const std::string& address) const;
  // A new network namespace with nothing but a loopback interface.
  Fd isolate() const;
  // Removes the devices; established connections break at once. Fine when there are none.
  void disconnect(const std::string& address) const;

 private:
  std::string device_of(const std::string& address) const;

  const std::string prefix_;
};

// The content of a container's /etc/resolv.conf: the host's real name servers, never a stub on its loopback.
std::string container_resolv_conf(const std::filesystem::path& etc = "/etc",
                                  const std::filesystem::path& run = "/run/systemd/resolve");

}  // namespace penstock
