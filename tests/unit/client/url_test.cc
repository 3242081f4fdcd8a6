#include "client/url.h"

#include "base/error.h"

#include <catch2/catch.hpp>

using namespace penstock;
using namespace penstock::client;

TEST_CASE("a branch name with a slash is one segment of a path") {
  CHECK(percent_encode("feature/x") == "feature%2Fx");
  CHECK(percent_decode("feature%2Fx") == "feature/x");
}

TEST_CASE("what is encoded decodes to itself") {
  const std::string odd = "env:FOO é %2F ~+";
  CHECK(percent_decode(percent_encode(odd)) == odd);
}

TEST_CASE("an escape that is cut short or not hexadecimal is refused") {
  CHECK_THROWS_AS(percent_decode("a%2"), UserError);
  CHECK_THROWS_AS(percent_decode("a%zz"), UserError);
}
