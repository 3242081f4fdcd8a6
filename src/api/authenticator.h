#pragma once

#include "api/access_tokens.h"
#include "api/principal.h"

#include <optional>
#include <string>

namespace penstock {
class Store;
}

namespace penstock::api {

// Tells who a request is from. Thread safe.
class Authenticator {
 public:
  Authenticator(Store& store, AccessTokens& access_tokens) : store_(store), access_tokens_(access_tokens) {}

  // `authorization` is the header's value: Bearer with an access token or an API token, or, as git sends it, Basic
  // with the token as password (or as user name with an empty password). Empty when it proves nothing.
  std::optional<Principal> identify(const std::string& authorization) const;
  std::optional<Principal> identify_api_token(const std::string& secret) const;

 private:
  std::optional<Principal> identify_token(const std::string& token) const;

  Store& store_;
  AccessTokens& access_tokens_;
};

}  // namespace penstock::api
