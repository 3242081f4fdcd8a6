#include "api/access_tokens.h"

#include "base/id.h"
#include "store/store.h"

namespace penstock::api {
namespace {

using Kind = SessionSecret::Kind;

constexpr std::size_t kTokenBytes = 32;
constexpr std::chrono::hours kRefreshLifetime{24 * 30};

std::optional<Principal> principal_of(const std::optional<Token>& token) {
  if (!token) return std::nullopt;
  return Principal{token->id, token->name};
}

}  // namespace

AccessTokens::Pair AccessTokens::issue(const Principal& principal) {
  Pair pair{random_hex(kTokenBytes), random_hex(kTokenBytes)};
  const WallTime now = wall_now();
  Transaction transaction = store_.begin();
  store_.sessions().add(pair.access, {.kind = Kind::Access, .token = principal.id, .expires_at = now + kLifetime});
  store_.sessions().add(pair.refresh,
                        {.kind = Kind::Refresh, .token = principal.id, .expires_at = now + kRefreshLifetime});
  transaction.commit();
  return pair;
}

std::optional<Principal> AccessTokens::find(const std::string& access) const {
  return principal_of(store_.sessions().find(access, Kind::Access));
}

std::optional<AccessTokens::Pair> AccessTokens::refresh(const std::string& refresh) {
  Transaction transaction = store_.begin();
  const std::optional<Principal> principal = principal_of(store_.sessions().find(refresh, Kind::Refresh));
  if (!principal) return std::nullopt;
  store_.sessions().remove(refresh);
  Pair pair = issue(*principal);
  transaction.commit();
  return pair;
}

void AccessTokens::revoke(const std::string& token) {
  store_.sessions().remove(token);
}

}  // namespace penstock::api
