#pragma once

#include "api/principal.h"
#include "base/clock.h"
#include "base/synchronized.h"

#include <chrono>
#include <map>
#include <optional>
#include <string>

namespace penstock::api {

// Short-lived bearer tokens, given for an API token. Kept in memory alone: after a restart clients get a 401 and ask
// for a fresh one. Thread safe.
class AccessTokens {
 public:
  static constexpr std::chrono::seconds kLifetime{900};

  struct Pair {
    std::string access;
    std::string refresh;  // good for one more pair
  };

  Pair issue(const Principal& principal);
  std::optional<Principal> find(const std::string& access);
  // Ends the refresh token. Empty when it is not known.
  std::optional<Pair> refresh(const std::string& refresh);
  void revoke(const std::string& token);

 private:
  struct Entry {
    Principal principal;
    SteadyClock::time_point expires;
  };
  using Entries = std::map<std::string, Entry>;
  struct Tokens {
    Entries access;
    Entries refresh;
  };

  Synchronized<Tokens> tokens_;
};

}  // namespace penstock::api
