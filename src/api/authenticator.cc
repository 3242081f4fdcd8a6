#include "api/authenticator.h"

#include "base/base64.h"
#include "base/error.h"
#include "store/store.h"

#include <strings.h>

namespace penstock::api {
namespace {

struct Scheme {
  std::string name;
  std::string rest;
};

Scheme split(const std::string& authorization) {
  const std::size_t space = authorization.find(' ');
  if (space == std::string::npos) return {authorization, ""};
  const std::size_t rest = authorization.find_first_not_of(' ', space);
  return {authorization.substr(0, space), rest == std::string::npos ? "" : authorization.substr(rest)};
}

bool is_scheme(const std::string& name, const char* wanted) {
  return strcasecmp(name.c_str(), wanted) == 0;
}

// The password of "user:password", or the user when there is none.
std::string secret_of(const std::string& credentials) {
  const std::size_t colon = credentials.find(':');
  if (colon == std::string::npos) return credentials;
  const std::string password = credentials.substr(colon + 1);
  return password.empty() ? credentials.substr(0, colon) : password;
}

}  // namespace

std::optional<Principal> Authenticator::identify(const std::string& authorization) const {
  const Scheme scheme = split(authorization);
  if (scheme.rest.empty()) return std::nullopt;
  if (is_scheme(scheme.name, "Bearer")) return identify_token(scheme.rest);
  if (!is_scheme(scheme.name, "Basic")) return std::nullopt;
  try {
    return identify_token(secret_of(base64_decode(scheme.rest)));
  } catch (const UserError&) {
    return std::nullopt;
  }
}

std::optional<Principal> Authenticator::identify_api_token(const std::string& secret) const {
  if (secret.empty()) return std::nullopt;
  const std::optional<Token> token = store_.tokens().find_by_secret(secret);
  if (!token) return std::nullopt;
  return Principal{token->id, token->name};
}

std::optional<Principal> Authenticator::identify_token(const std::string& token) const {
  if (std::optional<Principal> principal = access_tokens_.find(token)) return principal;
  return identify_api_token(token);
}

}  // namespace penstock::api
