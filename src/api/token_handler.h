#pragma once

#include "api/request.h"
#include "api/response.h"

namespace penstock::api {

class AccessTokens;
class Authenticator;

// OAuth 2: an API token for a short-lived access token, as Upsun's clients ask for it.
struct TokenHandler {
  const Authenticator& authenticator;
  AccessTokens& access_tokens;

  Response create(const Request& request) const;
  Response revoke(const Request& request) const;
};

}  // namespace penstock::api
