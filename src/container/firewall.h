// What containers may reach, as one nftables table.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace penstock {

// One container's way to a TCP port of another.
struct Allowance {
  std::string from;  // IPv4, as `to`
  std::string to;
  std::uint16_t port = 0;        // where it listens
  std::uint16_t shown_port = 0;  // where `from` finds that, besides `port`; may be the same
};

struct FirewallSettings {
  std::string prefix;               // of the containers' network devices; the table is "penstock_<prefix>"
  std::string address_pool;         // of the containers
  std::filesystem::path directory;  // remembers what is allowed
};

// Containers reach the world by address translation and answer who connects to them from the host. They reach nothing
// of the host, and each other only as allowed. Thread safe: the kernel's transactions and single files are all its
// state.
class Firewall {
 public:
  // Installs the table, replacing what an earlier process left, with all that is remembered as allowed.
  explicit Firewall(FirewallSettings settings);

  void allow(const Allowance& allowance) const;
  // Takes back all that was allowed from or to `address`. Fine when nothing was.
  void forget(const std::string& address) const;
  // Removes the table, for tests and for the removal of a Penstock.
  void uninstall() const;

 private:
  std::string table() const { return "penstock_" + settings_.prefix; }
  std::string rules() const;

  const FirewallSettings settings_;
};

}  // namespace penstock
