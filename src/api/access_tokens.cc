#include "api/access_tokens.h"

#include "base/id.h"

namespace penstock::api {
namespace {

constexpr std::size_t kTokenBytes = 32;
constexpr std::chrono::hours kRefreshLifetime{24 * 30};

}  // namespace

AccessTokens::Pair AccessTokens::issue(const Principal& principal) {
  const auto now = SteadyClock::now();
  const auto is_over = [now](const auto& entry) { return entry.second.expires < now; };
  Pair pair{random_hex(kTokenBytes), random_hex(kTokenBytes)};
  auto tokens = tokens_.lock();
  std::erase_if(tokens->access, is_over);
  std::erase_if(tokens->refresh, is_over);
  tokens->access[pair.access] = {principal, now + kLifetime};
  tokens->refresh[pair.refresh] = {principal, now + kRefreshLifetime};
  return pair;
}

std::optional<Principal> AccessTokens::find(const std::string& access) {
  auto tokens = tokens_.lock();
  const auto found = tokens->access.find(access);
  if (found == tokens->access.end() || found->second.expires < SteadyClock::now()) return std::nullopt;
  return found->second.principal;
}

std::optional<AccessTokens::Pair> AccessTokens::refresh(const std::string& refresh) {
  Principal principal;
  {
    auto tokens = tokens_.lock();
    const auto found = tokens->refresh.find(refresh);
    if (found == tokens->refresh.end() || found->second.expires < SteadyClock::now()) return std::nullopt;
    principal = found->second.principal;
    tokens->refresh.erase(found);
  }
  return issue(principal);
}

void AccessTokens::revoke(const std::string& token) {
  auto tokens = tokens_.lock();
  tokens->access.erase(token);
  tokens->refresh.erase(token);
}

}  // namespace penstock::api
