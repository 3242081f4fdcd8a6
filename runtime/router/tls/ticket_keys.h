#pragma once

#include "base/clock.h"
#include "base/synchronized.h"

#include <array>
#include <optional>
#include <span>
#include <vector>

namespace penstock::router {

// The keys that seal session tickets. They never leave this process, and each is forgotten some hours after its first
// use: whoever takes the machine later cannot open what was recorded before. Thread safe.
class TicketKeys {
 public:
  using Now = SteadyClock::time_point;
  struct Key {
    std::array<unsigned char, 16> name;
    std::array<unsigned char, 32> cipher;
    std::array<unsigned char, 32> authentication;
    Now made;
  };

  // Seals new tickets.
  static constexpr std::chrono::hours kInUse{4};
  // Opens tickets that it sealed.
  static constexpr std::chrono::hours kKept{2 * kInUse};

  Key current(Now now);
  struct Found {
    Key key;
    bool current;
  };
  std::optional<Found> find(std::span<const unsigned char, 16> name, Now now);

 private:
  Synchronized<std::vector<Key>> keys_;  // the newest first
};

}  // namespace penstock::router
