#include "api/access_tokens.h"

#include "base/error.h"
#include "base/file.h"
#include "store/store.h"

#include <catch2/catch.hpp>

using namespace penstock;
using namespace penstock::api;

namespace {

struct TokensFixture {
  TokensFixture() {
    store.tokens().add(ada);
    pair = tokens.issue({ada.id, ada.name});
  }

  TemporaryDirectory directory;
  Store store{directory.path()};
  Token ada = new_token("ada").record;
  AccessTokens tokens{store};
  AccessTokens::Pair pair;
};

}  // namespace

TEST_CASE_METHOD(TokensFixture, "an access token tells who it was issued to") {
  REQUIRE(tokens.find(pair.access));
  CHECK(tokens.find(pair.access)->name == "ada");
  CHECK_FALSE(tokens.find(pair.refresh));
  CHECK_FALSE(tokens.find("guessed"));
}

TEST_CASE_METHOD(TokensFixture, "a refresh token works once") {
  const auto next = tokens.refresh(pair.refresh);
  REQUIRE(next);
  CHECK(tokens.find(next->access)->name == "ada");
  CHECK_FALSE(tokens.refresh(pair.refresh));
  CHECK_FALSE(tokens.refresh(pair.access));
}

TEST_CASE_METHOD(TokensFixture, "a revoked token is unknown") {
  tokens.revoke(pair.access);
  CHECK_FALSE(tokens.find(pair.access));
}

TEST_CASE_METHOD(TokensFixture, "access and refresh tokens survive a restart, but only as digests") {
  Store restarted(directory.path());
  CHECK(AccessTokens(restarted).find(pair.access)->name == "ada");
  CHECK(AccessTokens(restarted).refresh(pair.refresh));
  for (const auto& file : std::filesystem::directory_iterator(directory.path())) {
    if (!file.is_regular_file()) continue;
    const std::string content = read_file(file.path());
    CHECK(content.find(pair.access) == std::string::npos);
    CHECK(content.find(pair.refresh) == std::string::npos);
  }
}

TEST_CASE_METHOD(TokensFixture, "they end with the API token they were issued for") {
  store.tokens().remove(ada.id);
  CHECK_FALSE(tokens.find(pair.access));
  CHECK_FALSE(tokens.refresh(pair.refresh));
  CHECK_THROWS_AS(tokens.issue({ada.id, ada.name}), Conflict);
}

TEST_CASE_METHOD(TokensFixture, "they end with their time") {
  store.sessions().add("old", {.token = ada.id, .expires_at = wall_now() - std::chrono::seconds(1)});
  CHECK_FALSE(tokens.find("old"));
}
