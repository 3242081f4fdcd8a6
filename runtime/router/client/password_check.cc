#include "runtime/router/client/password_check.h"

#include "base/base64.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/password_hash.h"
#include "runtime/router/http/fields.h"

#include <optional>

namespace penstock::router {
namespace {

constexpr std::size_t kMostRemembered = 10'000;
constexpr std::size_t kLongestField = 1024;
constexpr int kSlowChecksPerSecond = 20;

struct Credentials {
  std::string user;
  std::string password;
};

std::optional<Credentials> read(std::string_view authorization) {
  constexpr std::string_view scheme = "Basic ";
  if (authorization.size() > kLongestField || !equal_ignoring_case(authorization.substr(0, scheme.size()), scheme)) {
    return std::nullopt;
  }
  try {
    const std::string text = base64_decode(authorization.substr(scheme.size()));
    const std::size_t colon = text.find(':');
    if (colon == std::string::npos) return std::nullopt;
    return Credentials{text.substr(0, colon), text.substr(colon + 1)};
  } catch (const UserError&) {
    return std::nullopt;
  }
}

}  // namespace

PasswordCheck::Result PasswordCheck::check(const Access& access, std::string_view authorization) {
  const auto credentials = read(authorization);
  if (!credentials) return Result::Wrong;
  const auto user = access.passwords().find(credentials->user);
  const bool known = user != access.passwords().end();
  // As long for a user there is none of: it cannot be told who there is.
  const std::string& hash = known ? user->second : access.passwords().begin()->second;
  std::string digest = Sha256().field(hash).field(authorization).hex();
  if (known && right_.contains(digest)) return Result::Right;
  if (now_() - second_began_ >= Milliseconds(1000)) {
    second_began_ = now_();
    left_ = kSlowChecksPerSecond;
  }
  if (left_ == 0) return Result::TooMany;
  --left_;
  if (!password_matches(credentials->password, hash) || !known) return Result::Wrong;
  if (right_.size() >= kMostRemembered) right_.clear();
  right_.insert(std::move(digest));
  return Result::Right;
}

}  // namespace penstock::router
