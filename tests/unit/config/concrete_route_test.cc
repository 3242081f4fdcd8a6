#include "config/concrete_route.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace penstock::config {

namespace {

const Site kSite{"main.example.org", {"www.example.org"}, {}};

Route to_application(const std::string& url, const std::string& application) {
  Route route;
  route.url = url;
  route.upstream = application;
  return route;
}

Route redirect(const std::string& url, const std::string& to) {
  Route route;
  route.url = url;
  route.type = RouteType::Redirect;
  route.to = to;
  return route;
}

// "URL -> application or target", the primary with a '*'.
std::vector<std::string> expand(const std::vector<Route>& routes, const Site& site = kSite) {
  std::vector<std::string> lines;
  for (const ConcreteRoute& route : expand_routes(routes, site)) {
    lines.push_back(route.url + " -> " + route.upstream + route.to + (route.primary ? " *" : ""));
  }
  return lines;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("a route to https gets a sibling that redirects to it") {
  CHECK(expand({to_application("https://{default}/", "app")}) ==
        Lines{"https://main.example.org/ -> app *", "http://main.example.org/ -> https://main.example.org/"});
}

TEST_CASE("a declared route to http takes the place of the sibling, wherever it stands") {
  const Route plain = to_application("http://{default}/", "plain");
  const Route secure = to_application("https://{default}/", "app");
  CHECK(expand({plain, secure}) == Lines{"http://main.example.org/ -> plain *", "https://main.example.org/ -> app"});
  CHECK(expand({secure, plain}) == Lines{"https://main.example.org/ -> app *", "http://main.example.org/ -> plain"});
}

TEST_CASE("{all} stands for every host and loses against {default}") {
  CHECK(expand({to_application("http://{all}/", "all"), to_application("http://{default}/", "default")}) ==
        Lines{"http://main.example.org/ -> default *", "http://www.example.org/ -> all"});
}

TEST_CASE("a host that is not the environment's is put below its default host") {
  CHECK(expand({to_application("http://www.example.org/", "own"), to_application("http://foreign.com/", "other")}) ==
        Lines{"http://www.example.org/ -> own *", "http://foreign.com.main.example.org/ -> other"});
}

TEST_CASE("redirects between own hosts follow them, others stay") {
  CHECK(
      expand({redirect("http://{default}/a/", "https://www.{default}/b?c"),
              redirect("http://{default}/b/", "https://foreign.com/x"), to_application("http://foreign.com/", "x")}) ==
      Lines{"http://main.example.org/a/ -> https://www.main.example.org/b?c",
            "http://main.example.org/b/ -> https://foreign.com.main.example.org/x",
            "http://foreign.com.main.example.org/ -> x *"});
}

TEST_CASE("the declared primary route is the primary one") {
  Route second = to_application("http://{default}/b/", "b");
  second.primary = true;
  CHECK(expand({to_application("http://{default}/a/", "a"), second}) ==
        Lines{"http://main.example.org/a/ -> a", "http://main.example.org/b/ -> b *"});
}

TEST_CASE("without https its routes are served as http, on the port of the site") {
  const Site plain{"main.localhost", {}, {.http = 8080, .tls = false}};
  CHECK(expand({redirect("http://{default}/", "https://{default}/"), to_application("https://{default}/", "app"),
                redirect("https://www.{default}/", "https://{default}/")},
               plain) == Lines{"http://main.localhost:8080/ -> app *",
                               "http://www.main.localhost:8080/ -> http://main.localhost:8080/"});
}

TEST_CASE("a port that is the scheme's own is left out") {
  CHECK(expand({to_application("https://{default}/", "app")}, {"main.localhost", {}, {.http = 80, .tls = false}}) ==
        Lines{"http://main.localhost/ -> app *"});
}

TEST_CASE("each scheme has its port") {
  const auto routes = expand_routes({to_application("https://{default}/", "app")},
                                    {"main.localhost", {}, {.http = 8080, .https = 8443}});
  REQUIRE(routes.size() == 2);
  CHECK(routes[0].url == "https://main.localhost:8443/");
  CHECK(routes[0].host == "main.localhost");
  CHECK(routes[1].url == "http://main.localhost:8080/");
  CHECK(routes[1].to == routes[0].url);
}

TEST_CASE("what a route wants of TLS goes to the router, and not to its sibling") {
  Route route = to_application("https://{default}/", "app");
  route.tls = {{"min_version", "TLSv1.3"}};
  const Json routes = router_routes(expand_routes({route}, kSite), false);
  CHECK(routes[0]["tls"] == route.tls);
  CHECK_FALSE(routes[1].contains("tls"));
}

TEST_CASE("the router gets what it needs of a route") {
  const auto routes = expand_routes({to_application("https://{default}/", "app")}, kSite);
  CHECK(router_routes(routes, true).dump() ==
        R"([{"url":"https://main.example.org/","type":"upstream","upstream":"app",)"
        R"("original_url":"https://{default}/","restrict_robots":true,"primary":true,"cache":{}},)"
        R"({"url":"http://main.example.org/","type":"redirect","to":"https://main.example.org/","code":301,)"
        R"("original_url":"http://{default}/","restrict_robots":true,"primary":false}])");
}

TEST_CASE("the cache of a route goes to the router, and not to its sibling") {
  Route route = to_application("https://{default}/", "app");
  route.cache = {{"default_ttl", 60}, {"cookies", Json::array()}};
  const Json routes = router_routes(expand_routes({route}, kSite), false);
  CHECK(routes[0]["cache"].dump() == R"({"default_ttl":60,"cookies":[]})");
  CHECK_FALSE(routes[1].contains("cache"));
}

TEST_CASE("the redirects of a route go to the router with their hosts, and not to its sibling") {
  Route route = to_application("https://{default}/", "app");
  route.redirects = {{"paths", {{"/a", {{"to", "https://www.{default}/b"}}}, {"/c", {{"to", "/d"}}}}}};
  const Json routes = router_routes(expand_routes({route}, kSite), false);
  CHECK(routes[0]["redirects"].dump() ==
        R"({"paths":{"/a":{"to":"https://www.main.example.org/b"},"/c":{"to":"/d"}}})");
  CHECK_FALSE(routes[1].contains("redirects"));
}

}  // namespace penstock::config
