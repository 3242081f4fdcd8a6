#include "container/firewall.h"

#include "base/error.h"
#include "base/handle.h"
#include "base/process.h"

#include <fmt/core.h>

#include <fcntl.h>

#include <vector>

namespace fs = std::filesystem;

namespace penstock {
namespace {

// {0}: table, {1}: prefix of the devices, {2}: address pool. The link-local range is not the world: clouds answer there
// with the credentials of the machine. Some have their name server there too.
constexpr const char* kRules = R"(
table inet {0}
delete table inet {0}
table inet {0} {{
  set allowed {{
    type ipv4_addr . ipv4_addr . inet_service
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
  chain postrouting {{
    type nat hook postrouting priority srcnat; policy accept;
    ip saddr {2} oifname != "{1}-*" masquerade
  }}
}}
)";

// One allowance is one empty file: "<from>-<to>-<port>".
struct Allowance {
  std::string from;
  std::string to;
  std::string port;

  static Allowance parse(const std::string& name) {
    const std::size_t first = name.find('-');
    const std::size_t second = name.rfind('-');
    return {.from = name.substr(0, first),
            .to = name.substr(first + 1, second - first - 1),
            .port = name.substr(second + 1)};
  }
  std::string file_name() const { return fmt::format("{}-{}-{}", from, to, port); }
  std::string element(const std::string& verb, const std::string& table) const {
    return fmt::format("{} element inet {} allowed {{ {} . {} . {} }}\n", verb, table, from, to, port);
  }
};

std::vector<Allowance> remembered(const fs::path& directory) {
  std::vector<Allowance> found;
  for (const fs::directory_entry& entry : fs::directory_iterator(directory)) {
    found.push_back(Allowance::parse(entry.path().filename()));
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

void Firewall::allow(const std::string& from, const std::string& to, std::uint16_t port) const {
  const Allowance allowance{.from = from, .to = to, .port = std::to_string(port)};
  // Remembered first: what the kernel was told can always be taken back.
  const fs::path file = settings_.directory / allowance.file_name();
  if (!Fd(::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600))) throw SystemError("create " + file.string());
  apply(allowance.element("add", table()));
}

void Firewall::forget(const std::string& address) const {
  std::string commands;
  std::vector<Allowance> forgotten;
  for (const Allowance& allowance : remembered(settings_.directory)) {
    if (allowance.from != address && allowance.to != address) continue;
    // Deleting what is not there fails the whole transaction; adding what is there does not.
    commands += allowance.element("add", table()) + allowance.element("delete", table());
    forgotten.push_back(allowance);
  }
  if (forgotten.empty()) return;
  apply(commands);
  for (const Allowance& allowance : forgotten) fs::remove(settings_.directory / allowance.file_name());
}

void Firewall::uninstall() const {
  apply(fmt::format("table inet {0}\ndelete table inet {0}\n", table()));
}

std::string Firewall::rules() const {
  std::string rules = fmt::format(kRules, table(), settings_.prefix, settings_.address_pool);
  for (const Allowance& allowance : remembered(settings_.directory)) rules += allowance.element("add", table());
  return rules;
}

}  // namespace penstock
