#include "api/git_request.h"

#include "base/base64.h"

#include <catch2/catch.hpp>

namespace penstock {

using Tokens = std::vector<std::string>;

TEST_CASE("the requests of the smart protocol are understood") {
  const auto refs = parse_git_request("GET", "/shop1.git/info/refs?service=git-upload-pack", "version=2");
  REQUIRE(refs);
  CHECK(refs->project == "shop1");
  CHECK(refs->advertise);
  CHECK(refs->protocol == "version=2");
  CHECK_FALSE(refs->push());
  const auto push = parse_git_request("POST", "/shop1.git/git-receive-pack", "");
  REQUIRE(push);
  CHECK(push->push());
  CHECK_FALSE(push->advertise);
}

TEST_CASE("everything else is not") {
  CHECK_FALSE(parse_git_request("GET", "/p.git/info/refs", ""));
  CHECK_FALSE(parse_git_request("GET", "/p.git/info/refs?service=git-archive", ""));
  CHECK_FALSE(parse_git_request("GET", "/p.git/objects/info/packs", ""));
  CHECK_FALSE(parse_git_request("GET", "/p.git/git-receive-pack", ""));
  CHECK_FALSE(parse_git_request("POST", "/p.git/info/refs?service=git-upload-pack", ""));
  CHECK_FALSE(parse_git_request("GET", "/../p.git/info/refs?service=git-upload-pack", ""));
  CHECK_FALSE(parse_git_request("GET", "/%2e%2e.git/info/refs?service=git-upload-pack", ""));
  CHECK_FALSE(parse_git_request("GET", "/.git/info/refs?service=git-upload-pack", ""));
  CHECK_FALSE(parse_git_request("GET", "", ""));
}

TEST_CASE("a strange protocol header is not passed on") {
  const std::string target = "/p.git/info/refs?service=git-upload-pack";
  CHECK(parse_git_request("GET", target, "version=2\nX=1")->protocol.empty());
  CHECK(parse_git_request("GET", target, std::string(200, 'v'))->protocol.empty());
}

TEST_CASE("a token comes as bearer, as password or as user name") {
  CHECK(tokens_in("Bearer t") == Tokens{"t"});
  CHECK(tokens_in("bearer t") == Tokens{"t"});
  CHECK(tokens_in("Basic " + base64_encode("me:t")) == Tokens{"t", "me"});
  CHECK(tokens_in("Basic " + base64_encode("t:")) == Tokens{"t"});
  CHECK(tokens_in("Basic " + base64_encode("t")) == Tokens{"t"});
  CHECK(tokens_in("Basic " + base64_encode("me:a:b")) == Tokens{"a:b", "me"});
}

TEST_CASE("no token comes from anything else") {
  CHECK(tokens_in("").empty());
  CHECK(tokens_in("Basic").empty());
  CHECK(tokens_in("Basic !!!").empty());
  CHECK(tokens_in("Digest x").empty());
}

}  // namespace penstock
