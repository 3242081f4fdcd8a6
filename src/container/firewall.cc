#include "container/firewall.h"

#include "base/error.h"
#include "base/handle.h"
#include "base/process.h"

#include <fmt/core.h>

#include <fcntl.h>

#include <charconv>
#include <sstream>
#include <vector>

namespace fs = std::filesystem;

namespace penstock {
namespace {

// `allowed` is what passes, `shown` where a port is found besides. {0}: table, {1}: prefix of the devices, {2}: address
// pool. The link-local range is not the world: clouds answer there with the credentials of the machine. Some have their
// name server there too.
constexpr const char* kRules = R"(
table inet {0}
delete table inet {0}
table inet {0} {{
  set allowed {{
    type ipv4_addr . ipv4_addr . inet_service
  }}
  map shown {{
    type ipv4_addr . ipv4_addr . inet_service : ipv4_addr . inet_service
  }}
  chain input {{
    type filter hook input priority filter; policy accept;
    iifname "{1}-*" ct state established,related accept
    iifname "{1}-*" reject
  }}
  chain forward {{
    type filter hook forward priority filter; policy accept;
    iifname "{1}-*" ct state established,related accept
    oifname "{1}-*" ct state established,related accept
    iifname "{1}-*" oifname "{1}-*" ip saddr . ip daddr . tcp dport @allowed accept
    iifname "{1}-*" oifname "{1}-*" reject
    oifname "{1}-*" drop
    iifname "{1}-*" meta nfproto ipv6 reject
    iifname "{1}-*" ip daddr 169.254.0.0/16 meta l4proto {{ tcp, udp }} th dport 53 accept
    iifname "{1}-*" ip daddr 169.254.0.0/16 reject
  }}
  chain prerouting {{
    type nat hook prerouting priority dstnat; policy accept;
    iifname "{1}-*" dnat ip to ip saddr . ip daddr . tcp dport map @shown
  }}
  chain postrouting {{
    type nat hook postrouting priority srcnat; policy accept;
    ip saddr {2} oifname != "{1}-*" masquerade
  }}
}}
)";

// One allowance is one empty file: "<from>-<to>-<port>-<shown port>".
std::string file_name(const Allowance& allowance) {
  return fmt::format("{}-{}-{}-{}", allowance.from, allowance.to, allowance.port, allowance.shown_port);
}

std::uint16_t parse_port(const std::string& text) {
  std::uint16_t port = 0;
  std::from_chars(text.data(), text.data() + text.size(), port);
  return port;
}

Allowance parse_allowance(const std::string& name) {
  Allowance allowance;
  std::string port;
  std::string shown_port;
  std::istringstream fields(name);
  std::getline(fields, allowance.from, '-');
  std::getline(fields, allowance.to, '-');
  std::getline(fields, port, '-');
  std::getline(fields, shown_port);
  allowance.port = parse_port(port);
  allowance.shown_port = parse_port(shown_port);
  return allowance;
}

// Adds it to the table, or with the verb "delete" takes it away.
std::string elements(const std::string& verb, const std::string& table, const Allowance& allowance) {
  const auto& [from, to, port, shown_port] = allowance;
  return fmt::format(
      "{0} element inet {1} allowed {{ {2} . {3} . {4} }}\n"
      "{0} element inet {1} shown {{ {2} . {3} . {5} : {3} . {4} }}\n",
      verb, table, from, to, port, shown_port);
}

std::vector<Allowance> remembered(const fs::path& directory) {
  std::vector<Allowance> found;
  for (const fs::directory_entry& entry : fs::directory_iterator(directory)) {
    found.push_back(parse_allowance(entry.path().filename()));
  }
  return found;
}

void apply(const std::string& commands) {
  run_checked({"nft", "-f", "-"}, commands);
}

}  // namespace

Firewall::Firewall(FirewallSettings settings) : settings_(std::move(settings)) {
  fs::create_directories(settings_.directory);
  apply(rules());
}

void Firewall::allow(const Allowance& allowance) const {
  // Remembered first: what the kernel was told can always be taken back.
  const fs::path file = settings_.directory / file_name(allowance);
  if (!Fd(::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600))) throw SystemError("create " + file.string());
  apply(elements("add", table(), allowance));
}

void Firewall::forget(const std::string& address) const {
  std::string commands;
  std::vector<Allowance> forgotten;
  for (const Allowance& allowance : remembered(settings_.directory)) {
    if (allowance.from != address && allowance.to != address) continue;
    // Deleting what is not there fails the whole transaction; adding what is there does not.
    commands += elements("add", table(), allowance) + elements("delete", table(), allowance);
    forgotten.push_back(allowance);
  }
  if (forgotten.empty()) return;
  apply(commands);
  for (const Allowance& allowance : forgotten) fs::remove(settings_.directory / file_name(allowance));
}

void Firewall::uninstall() const {
  apply(fmt::format("table inet {0}\ndelete table inet {0}\n", table()));
}

std::string Firewall::rules() const {
  std::string rules = fmt::format(kRules, table(), settings_.prefix, settings_.address_pool);
  for (const Allowance& allowance : remembered(settings_.directory)) rules += elements("add", table(), allowance);
  return rules;
}

}  // namespace penstock
