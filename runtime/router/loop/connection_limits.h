#pragma once

#include "base/synchronized.h"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace penstock::router {

// A client that connected. Copies share its place among the connections that are allowed: it is free when the last is
// gone.
struct Caller {
  std::string ip;  // empty: of a unix socket
  std::shared_ptr<const void> place;
};

// How many connections clients may have, over all event loops. Thread safe; places outlive it.
class ConnectionLimits {
 public:
  struct Bounds {
    std::size_t per_address = 0;       // 0: any number
    std::size_t in_all = 0;            // likewise
    std::vector<std::string> trusted;  // addresses that may have any number
  };
  explicit ConnectionLimits(Bounds bounds);

  // A place for a client; null when there is none.
  std::shared_ptr<const void> admit(const std::string& ip);
  // How many clients found none.
  std::uint64_t refused() const { return refused_; }

 private:
  // Several, so that loops seldom wait for each other.
  struct Shard {
    Synchronized<std::unordered_map<std::string, std::size_t>> by_address;
  };
  struct State {
    std::array<Shard, 16> shards;
    std::atomic<std::size_t> in_all = 0;

    Shard& shard_of(const std::string& ip) { return shards[std::hash<std::string>()(ip) % shards.size()]; }
  };
  struct Place;

  bool limited(const std::string& ip) const;
  bool count(const std::string& ip);

  const Bounds bounds_;
  std::atomic<std::uint64_t> refused_ = 0;
  std::shared_ptr<State> state_ = std::make_shared<State>();
};

}  // namespace penstock::router
