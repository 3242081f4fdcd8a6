#pragma once

#include "runtime/router/loop/socket_address.h"
#include "runtime/router/loop/timer.h"
#include "runtime/router/table/environment.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace penstock::router {

// Which instances of one request were tried: a bit for each.
using Tried = std::uint64_t;
static_assert(kMostInstances <= 64);

// Chooses the instance of an application that takes a request, and keeps away from those that fail, by what requests
// meet: nothing is sent to find out. Belongs to one event loop.
class Balancer {
 public:
  using Clock = std::function<Milliseconds()>;
  explicit Balancer(Clock now) : now_(std::move(now)) {}

  struct Request {
    Tried tried = 0;
    std::size_t turn = 0;             // different each time: decides between equals
    std::string_view client_ip = {};  // of a sticky route: the same client gets the same instance
  };
  // The index of the one to try: that with the fewest connections in use, or that of the client, of those that do not
  // fail; when all do, of them all. None: all were tried.
  std::optional<std::size_t> choose(const std::vector<SocketAddress>& addresses, const Request& request,
                                    const std::function<std::size_t(const SocketAddress&)>& in_use) const;

  // It does not take connections: left alone from now on, longer each time.
  void unreachable(const SocketAddress& address);
  // It broke off: may be the request's fault, so once is not enough.
  void broke_off(const SocketAddress& address);
  void answered(const SocketAddress& address);
  // Another application will have this address.
  void forget(const std::string& address) { failing_.erase(address); }

 private:
  struct Failures {
    unsigned broken_off = 0;  // in a row
    unsigned outages = 0;     // in a row
    Milliseconds out_until{0};
  };

  bool is_out(const SocketAddress& address) const;
  void take_out(Failures& failures);

  const Clock now_;
  std::unordered_map<std::string, Failures> failing_;
};

}  // namespace penstock::router
