#include "api/access_tokens.h"

#include <catch2/catch.hpp>

using namespace penstock::api;

TEST_CASE("an access token tells who it was issued to") {
  AccessTokens tokens;
  const AccessTokens::Pair pair = tokens.issue({"id", "ada"});
  REQUIRE(tokens.find(pair.access));
  CHECK(tokens.find(pair.access)->name == "ada");
  CHECK_FALSE(tokens.find(pair.refresh));
  CHECK_FALSE(tokens.find("guessed"));
}

TEST_CASE("a refresh token works once") {
  AccessTokens tokens;
  const AccessTokens::Pair pair = tokens.issue({"id", "ada"});
  const auto next = tokens.refresh(pair.refresh);
  REQUIRE(next);
  CHECK(tokens.find(next->access)->name == "ada");
  CHECK_FALSE(tokens.refresh(pair.refresh));
}

TEST_CASE("a revoked token is unknown") {
  AccessTokens tokens;
  const AccessTokens::Pair pair = tokens.issue({"id", "ada"});
  tokens.revoke(pair.access);
  CHECK_FALSE(tokens.find(pair.access));
}
