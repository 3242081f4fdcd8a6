#include "api/authenticator.h"
#include "api/server.h"
#include "base/error.h"
#include "base/file.h"
#include "store/store.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace penstock;
using namespace penstock::api;

namespace {

struct Fixture {
  Fixture() {
    const NewToken token = new_token("ada");
    store.tokens().add(token.record);
    secret = token.secret;
  }

  Response ask(const std::string& method, const std::string& path, const std::string& authorization) {
    Request request;
    request.method = method;
    request.path = path;
    if (!authorization.empty()) request.headers["authorization"] = authorization;
    return answer(routes, authenticator, request);
  }

  TemporaryDirectory directory;
  Store store{directory.path()};
  AccessTokens access_tokens{store};
  Authenticator authenticator{store, access_tokens};
  std::string secret;
  RouteTable routes{{
      {"GET", "/open", Access::Open, [](const Request&) { return Response::json(Json::object()); }},
      {"GET", "/me", Access::Token,
       [](const Request& r) {
         return Response::json({{"name", r.principal.name}});
       }},
      {"GET", "/missing", Access::Token, [](const Request&) -> Response { throw NotFound("cannot find it"); }},
      {"GET", "/wrong", Access::Token, [](const Request&) -> Response { throw UserError("cannot read it"); }},
      {"GET", "/taken", Access::Token, [](const Request&) -> Response { throw Conflict("cannot do it now"); }},
      {"GET", "/broken", Access::Token, [](const Request&) -> Response { throw Error("cannot reach the disk"); }},
  }};
};

}  // namespace

TEST_CASE("an open route needs no token") {
  Fixture api;
  CHECK(api.ask("GET", "/open", "").status == 200);
}

TEST_CASE("an API token and an access token say who asks") {
  Fixture api;
  const auto grace = new_token("grace").record;
  api.store.tokens().add(grace);
  const auto access = api.access_tokens.issue({grace.id, grace.name});
  CHECK(Json::parse(api.ask("GET", "/me", "Bearer " + api.secret).body)["name"] == "ada");
  CHECK(Json::parse(api.ask("GET", "/me", "bearer " + access.access).body)["name"] == "grace");
}

TEST_CASE("without a good token nothing is told, not even which paths exist") {
  Fixture api;
  CHECK(api.ask("GET", "/me", "").status == 401);
  CHECK(api.ask("GET", "/me", "Bearer guessed").status == 401);
  CHECK(api.ask("GET", "/elsewhere", "Bearer guessed").status == 401);
  CHECK(api.ask("GET", "/me", "").headers.contains("WWW-Authenticate"));
}

TEST_CASE("errors become the status that fits, with a message") {
  Fixture api;
  const std::string token = "Bearer " + api.secret;
  CHECK(api.ask("GET", "/missing", token).status == 404);
  CHECK(api.ask("GET", "/wrong", token).status == 400);
  CHECK(api.ask("GET", "/taken", token).status == 409);
  CHECK(api.ask("GET", "/broken", token).status == 500);
  CHECK(api.ask("GET", "/elsewhere", token).status == 404);
  CHECK(api.ask("POST", "/me", token).status == 405);
  const Json body = Json::parse(api.ask("GET", "/missing", token).body);
  CHECK(body["message"] == "cannot find it");
  CHECK(body["code"] == 404);
}
