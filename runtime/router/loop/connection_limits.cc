#include "runtime/router/loop/connection_limits.h"

#include <algorithm>

namespace penstock::router {

struct ConnectionLimits::Place {
  Place(std::shared_ptr<State> its_state, std::string its_ip) : state(std::move(its_state)), ip(std::move(its_ip)) {}
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  ~Place() {
    --state->in_all;
    if (ip.empty()) return;
    auto counts = state->shard_of(ip).by_address.lock();
    const auto count = counts->find(ip);
    if (--count->second == 0) counts->erase(count);
  }

  std::shared_ptr<State> state;
  std::string ip;  // empty: not counted by address
};

ConnectionLimits::ConnectionLimits(Bounds bounds) : bounds_(std::move(bounds)) {}

bool ConnectionLimits::limited(const std::string& ip) const {
  return bounds_.per_address != 0 && !ip.empty() &&
         std::find(bounds_.trusted.begin(), bounds_.trusted.end(), ip) == bounds_.trusted.end();
}

// False: `ip` has as many as it may.
bool ConnectionLimits::count(const std::string& ip) {
  auto counts = state_->shard_of(ip).by_address.lock();
  std::size_t& count = (*counts)[ip];
  if (count >= bounds_.per_address) return false;
  ++count;
  return true;
}

std::shared_ptr<const void> ConnectionLimits::admit(const std::string& ip) {
  const bool by_address = limited(ip);
  const bool room = ++state_->in_all <= bounds_.in_all || bounds_.in_all == 0;
  if (room && (!by_address || count(ip))) return std::make_shared<Place>(state_, by_address ? ip : "");
  --state_->in_all;
  ++refused_;
  return nullptr;
}

}  // namespace penstock::router
