#include "container/host_network.h"

#include "base/error.h"
#include "base/file.h"
#include "container/netlink.h"

#include <fmt/core.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/veth.h>
#include <sched.h>

#include <exception>
#include <functional>
#include <sstream>
#include <thread>

extern "C" unsigned int if_nametoindex(const char* name);  // <net/if.h> and <linux/if.h> exclude each other

namespace penstock {
namespace {

// Of the host at its end of every pair: the containers' gateway. Link-local, so that it can be the same on all.
constexpr const char* kGateway = "169.254.1.1";
constexpr const char* kInnerDevice = "eth0";
constexpr const char* kForwarding = "/proc/sys/net/ipv4/ip_forward";
constexpr int kLoopbackIndex = 1;
constexpr int kInnerIndex = 2;

in_addr parse_address(const std::string& text) {
  in_addr address{};
  if (::inet_pton(AF_INET, text.c_str(), &address) != 1) throw Error("cannot use \"" + text + "\" as an IPv4 address");
  return address;
}

void write_setting(const std::string& path, std::string_view value) {
  const Fd file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!file || ::write(file.get(), value.data(), value.size()) < 0) throw SystemError("write " + path);
}

void bring_up(RouteSocket& socket, int index) {
  ifinfomsg link{};
  link.ifi_index = index;
  link.ifi_flags = IFF_UP;
  link.ifi_change = IFF_UP;
  NetlinkRequest request(RTM_NEWLINK, 0);
  request.fixed(link);
  socket.request(request, "bring up a network device");
}

// Made from inside the namespace: its own end is eth0, the other appears in the namespace `host` as `outer`.
void make_pair(RouteSocket& socket, const std::string& outer, int host) {
  ifinfomsg inner{};
  inner.ifi_index = kInnerIndex;
  NetlinkRequest request(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
  request.fixed(inner).attribute(IFLA_IFNAME, {kInnerDevice, sizeof "eth0"});
  request.begin(IFLA_LINKINFO).attribute(IFLA_INFO_KIND, "veth").begin(IFLA_INFO_DATA).begin(VETH_INFO_PEER);
  request.fixed(ifinfomsg{})
      .attribute(IFLA_IFNAME, {outer.c_str(), outer.size() + 1})
      .attribute_value(IFLA_NET_NS_FD, host);
  request.end().end().end();
  socket.request(request, "make the network device " + outer);
}

void add_address(RouteSocket& socket, int index, in_addr address) {
  ifaddrmsg header{};
  header.ifa_family = AF_INET;
  header.ifa_prefixlen = 32;
  header.ifa_index = static_cast<unsigned>(index);
  NetlinkRequest request(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL);
  request.fixed(header).attribute_value(IFA_LOCAL, address).attribute_value(IFA_ADDRESS, address);
  socket.request(request, "give a network device its address");
}

struct Route {
  int device;
  const in_addr* destination = nullptr;  // none: everything
  const in_addr* gateway = nullptr;      // none: the device leads there directly
  const in_addr* source = nullptr;       // of the packets sent from here; none: the kernel's choice
};

void add_route(RouteSocket& socket, const Route& route) {
  rtmsg header{};
  header.rtm_family = AF_INET;
  header.rtm_dst_len = route.destination != nullptr ? 32 : 0;
  header.rtm_table = RT_TABLE_MAIN;
  header.rtm_protocol = RTPROT_STATIC;
  header.rtm_scope = route.gateway != nullptr ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK;
  header.rtm_type = RTN_UNICAST;
  NetlinkRequest request(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE);
  request.fixed(header).attribute_value(RTA_OIF, route.device);
  if (route.destination != nullptr) request.attribute_value(RTA_DST, *route.destination);
  if (route.gateway != nullptr) request.attribute_value(RTA_GATEWAY, *route.gateway);
  if (route.source != nullptr) request.attribute_value(RTA_PREFSRC, *route.source);
  socket.request(request, "add a route");
}

Fd open_own_namespace() {
  Fd own(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
  if (!own) throw SystemError("open a network namespace");
  return own;
}

// Makes a namespace and runs `inside` in it, on a thread of its own that ends afterwards: threads of ours never change
// namespace.
Fd make_namespace(const std::function<void()>& inside) {
  Fd made;
  std::exception_ptr failure;
  std::thread([&] {
    try {
      if (::unshare(CLONE_NEWNET) != 0) throw SystemError("make a network namespace");
      made = open_own_namespace();
      inside();
    } catch (...) {
      failure = std::current_exception();
    }
  }).join();
  if (failure) std::rethrow_exception(failure);
  return made;
}

void set_up_inside(const std::string& outer, in_addr address, int host) {
  // Before there are devices: they take the settings of `default` over.
  write_setting("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1");
  write_setting("/proc/sys/net/ipv4/ip_unprivileged_port_start", "0");
  RouteSocket socket;
  const in_addr gateway = parse_address(kGateway);
  bring_up(socket, kLoopbackIndex);
  make_pair(socket, outer, host);
  bring_up(socket, kInnerIndex);
  add_address(socket, kInnerIndex, address);
  add_route(socket, {.device = kInnerIndex, .destination = &gateway});
  add_route(socket, {.device = kInnerIndex, .gateway = &gateway});
}

void set_up_outside(const std::string& outer, in_addr address) {
  // Packets of a container with another source address than its own are dropped by the kernel.
  write_setting("/proc/sys/net/ipv4/conf/" + outer + "/rp_filter", "1");
  const int device = static_cast<int>(::if_nametoindex(outer.c_str()));
  RouteSocket socket;
  const in_addr gateway = parse_address(kGateway);
  bring_up(socket, device);
  add_address(socket, device, gateway);
  add_route(socket, {.device = device, .destination = &address, .source = &gateway});
}

}  // namespace

HostNetwork::HostNetwork(std::string prefix) : prefix_(std::move(prefix)) {
  if (read_file(kForwarding) != "1\n") write_setting(kForwarding, "1");
}

Fd HostNetwork::connect(const std::string& address) const {
  const Fd host = open_own_namespace();
  const std::string outer = device_of(address);
  const in_addr parsed = parse_address(address);
  Fd made = make_namespace([&] { set_up_inside(outer, parsed, host.get()); });
  set_up_outside(outer, parsed);
  return made;
}

Fd HostNetwork::isolate() const {
  return make_namespace([] {
    RouteSocket socket;
    bring_up(socket, kLoopbackIndex);
  });
}

void HostNetwork::disconnect(const std::string& address) const {
  const unsigned device = ::if_nametoindex(device_of(address).c_str());
  if (device == 0) return;
  ifinfomsg link{};
  link.ifi_index = static_cast<int>(device);
  NetlinkRequest request(RTM_DELLINK, 0);
  request.fixed(link);
  try {
    RouteSocket().request(request, "remove the network device of " + address);
  } catch (const SystemError& error) {
    // The kernel was faster: a pair goes with the namespace of either end.
    if (error.code() != ENODEV) throw;
  }
}

std::string HostNetwork::device_of(const std::string& address) const {
  return fmt::format("{}-{:08x}", prefix_, ntohl(parse_address(address).s_addr));
}

std::string container_resolv_conf(const std::filesystem::path& etc, const std::filesystem::path& run) {
  // systemd-resolved keeps the real servers here and puts its stub into /etc/resolv.conf.
  const std::filesystem::path real = run / "resolv.conf";
  std::istringstream lines(read_file(std::filesystem::exists(real) ? real : etc / "resolv.conf"));
  std::string result;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("nameserver 127.") || line.starts_with("nameserver ::1")) continue;
    result += line + "\n";
  }
  return result;
}

}  // namespace penstock
