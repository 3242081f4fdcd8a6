#include "runtime/router/upstream/balancer.h"

#include <algorithm>
#include <limits>

namespace penstock::router {
namespace {

constexpr unsigned kMostBrokenOff = 3;
constexpr Milliseconds kFirstOutage{1000};
constexpr unsigned kMostDoublings = 5;

// The highest is the client's: when an instance goes, only its own clients move.
std::size_t affinity(std::string_view client_ip, const SocketAddress& address) {
  constexpr std::size_t kGoldenRatio = 0x9e3779b97f4a7c15;
  std::size_t mixed =
      std::hash<std::string_view>()(client_ip) ^ (std::hash<std::string>()(address.text()) + kGoldenRatio);
  mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
  return mixed ^ (mixed >> 27);
}

}  // namespace

std::optional<std::size_t> Balancer::choose(const std::vector<SocketAddress>& addresses, const Request& request,
                                            const std::function<std::size_t(const SocketAddress&)>& in_use) const {
  std::optional<std::size_t> best;
  bool best_is_out = false;
  std::size_t least = 0;
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    const std::size_t index = (request.turn + i) % addresses.size();
    if ((request.tried >> index & 1) != 0) continue;
    const SocketAddress& address = addresses[index];
    const bool out = is_out(address);
    const std::size_t cost = request.client_ip.empty()
                                 ? in_use(address)
                                 : std::numeric_limits<std::size_t>::max() - affinity(request.client_ip, address);
    const bool better = !best || (best_is_out && !out) || (best_is_out == out && cost < least);
    if (!better) continue;
    best = index;
    best_is_out = out;
    least = cost;
  }
  return best;
}

bool Balancer::is_out(const SocketAddress& address) const {
  if (failing_.empty()) return false;
  const auto found = failing_.find(address.text());
  return found != failing_.end() && now_() < found->second.out_until;
}

void Balancer::unreachable(const SocketAddress& address) {
  take_out(failing_[address.text()]);
}

void Balancer::broke_off(const SocketAddress& address) {
  Failures& failures = failing_[address.text()];
  if (++failures.broken_off >= kMostBrokenOff) take_out(failures);
}

void Balancer::take_out(Failures& failures) {
  if (now_() < failures.out_until) return;
  failures.out_until = now_() + kFirstOutage * (1U << std::min(failures.outages, kMostDoublings));
  ++failures.outages;
}

void Balancer::answered(const SocketAddress& address) {
  if (!failing_.empty()) failing_.erase(address.text());
}

}  // namespace penstock::router
