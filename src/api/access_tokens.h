#pragma once

#include "api/principal.h"

#include <chrono>
#include <optional>
#include <string>

namespace penstock {
class Store;
}

namespace penstock::api {

// Short-lived bearer tokens, given for an API token and ended with it. Of those in use, the store keeps the digests.
// Thread safe.
class AccessTokens {
 public:
  static constexpr std::chrono::seconds kLifetime{900};

  explicit AccessTokens(Store& store) : store_(store) {}

  struct Pair {
    std::string access;
    std::string refresh;  // good for one more pair
  };

  // Throws Conflict when the principal's API token is gone.
  Pair issue(const Principal& principal);
  std::optional<Principal> find(const std::string& access) const;
  // Ends the refresh token. Empty when it is not known.
  std::optional<Pair> refresh(const std::string& refresh);
  void revoke(const std::string& token);

 private:
  Store& store_;
};

}  // namespace penstock::api
