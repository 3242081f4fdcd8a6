#include "api/route_table.h"

#include <catch2/catch.hpp>

using namespace penstock::api;

namespace {

Response nothing(const Request&) {
  return {};
}

RouteTable table() {
  return RouteTable({{"GET", "/projects/{project}", Access::Token, nothing},
                     {"GET", "/projects/{project}/environments/{environment}", Access::Token, nothing},
                     {"DELETE", "/projects/{project}", Access::Token, nothing}});
}

}  // namespace

TEST_CASE("a segment of the pattern takes its decoded value") {
  const RouteTable routes = table();
  const RouteTable::Match match = routes.match("GET", "/projects/p1/environments/feature%2Fx");
  REQUIRE(match.route != nullptr);
  CHECK(match.params.at("project") == "p1");
  CHECK(match.params.at("environment") == "feature/x");
}

TEST_CASE("a path with another number of segments does not fit") {
  const RouteTable routes = table();
  CHECK(routes.match("GET", "/projects").route == nullptr);
  CHECK(routes.match("GET", "/projects/p1/environments/a/b").route == nullptr);
}

TEST_CASE("a path that exists with another method says so") {
  const RouteTable routes = table();
  const RouteTable::Match match = routes.match("POST", "/projects/p1");
  CHECK(match.route == nullptr);
  CHECK(match.path_exists);
  CHECK_FALSE(routes.match("POST", "/elsewhere").path_exists);
}
