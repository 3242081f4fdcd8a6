#include "unit/runtime/router/test_support.h"
#include "unit/runtime/router/tls_support.h"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <fstream>

namespace penstock::router::test {

using Catch::Contains;

namespace {

Settings local() {
  Settings settings;
  settings.proxy_to = {"127.0.0.1"};
  return settings;
}

std::unique_ptr<Upstream> echo() {
  return Upstream::answering([](const std::string& request) { return ok(request); });
}

std::string port_of(const std::string& address) {
  return address.substr(address.find(':'));
}

// Routes of "site.test": path -> what its proxy leads to.
Json proxies(const std::map<std::string, std::string>& targets, const Json& more = Json::object()) {
  Json routes = Json::array();
  for (const auto& [path, to] : targets) {
    routes.push_back({{"url", "http://site.test" + path}, {"type", "proxy"}, {"to", to}});
  }
  Json entry = {{"id", "env"}, {"routes", routes}};
  entry.merge_patch(more);
  return {{"op", "put"}, {"environment", entry}};
}

std::string asked(const std::string& response) {
  const std::string body = body_of(response);
  return body.substr(0, body.find("\r\n"));
}

}  // namespace

TEST_CASE("a proxy keeps the path, strips the route's or puts another in its place") {
  const auto elsewhere = echo();
  const std::string host = "http://localhost" + port_of(elsewhere->address());
  RunningRouter router(local());
  REQUIRE(router.control(proxies({{"/keep/", host}, {"/strip/", host + "/"}, {"/other/", host + "/bar"}}))["dropped"] ==
          Json::array());
  const auto ask = [&](const std::string& path) { return asked(get(router.port(), "site.test", path)); };
  CHECK(ask("/keep/x?q=1") == "GET /keep/x?q=1 HTTP/1.1");
  CHECK(ask("/strip/x?q=1") == "GET /x?q=1 HTTP/1.1");
  CHECK(ask("/strip/") == "GET / HTTP/1.1");
  CHECK(ask("/other/x") == "GET /bar/x HTTP/1.1");
  CHECK(ask("/other") == "GET /bar HTTP/1.1");
  CHECK(ask("/other/a%20b%2Fc") == "GET /bar/a%20b%2Fc HTTP/1.1");
  CHECK(ask("/other/../other/./x") == "GET /bar/x HTTP/1.1");
  CHECK(ask("/other/%2e%2e/strip/x") == "GET /x HTTP/1.1");
  CHECK(ask("/%6fther/a%20b") == "GET /bar/a%20b HTTP/1.1");
}

TEST_CASE("a proxy asks for the target's host, and says who asked and for what") {
  const auto elsewhere = echo();
  const std::string authority = "localhost" + port_of(elsewhere->address());
  RunningRouter router(local());
  router.control(proxies({{"/", "http://" + authority}}));
  const std::string request = body_of(get(router.port(), "site.test", "/", "Cookie: a=b\r\n"));
  CHECK_THAT(request, Contains("Host: " + authority + "\r\n") && Contains("X-Forwarded-Host: site.test\r\n") &&
                          Contains("X-Client-IP: 127.0.0.1\r\n") && Contains("Via: 1.1 penstock\r\n") &&
                          Contains("Cookie: a=b\r\n"));
}

TEST_CASE("a proxy passes bodies both ways") {
  const auto elsewhere = Upstream::answering([](const std::string& request) { return ok(body_of(request)); });
  RunningRouter router(local());
  router.control(proxies({{"/", "http://localhost" + port_of(elsewhere->address())}}));
  const std::string body(300'000, 'x');
  Client client(router.port());
  client.send("POST / HTTP/1.1\r\nHost: site.test\r\nContent-Length: 300000\r\n\r\n" + body);
  CHECK(body_of(client.read_message()) == body);
}

TEST_CASE("who is asked elsewhere does not learn the password of the environment") {
  const auto elsewhere = echo();
  RunningRouter router(local());
  router.control(proxies({{"/", "http://localhost" + port_of(elsewhere->address())}},
                         {{"access", {{"addresses", {{{"permission", "allow"}, {"address", "any"}}}}}}}));
  CHECK_THAT(get(router.port(), "site.test", "/", "Authorization: Basic c2VjcmV0\r\n"), !Contains("c2VjcmV0"));
}

TEST_CASE("no proxy leads to this machine, nor where the environment's may not") {
  const auto elsewhere = echo();
  const std::string to = "http://localhost" + port_of(elsewhere->address());
  RunningRouter strict;
  strict.control(proxies({{"/", to}}));
  CHECK(status_of(get(strict.port(), "site.test", "/")) == 502);
  RunningRouter denying(local());
  denying.control(proxies({{"/", to}},
                          {{"proxy_access", {{"addresses", {{{"permission", "deny"}, {"address", "127.0.0.0/8"}}}}}}}));
  CHECK(status_of(get(denying.port(), "site.test", "/")) == 502);
  CHECK(elsewhere->connections() == 0);
}

TEST_CASE("a proxy to a host that does not exist is answered 502, and the others are served meanwhile") {
  RunningRouter router(local());
  router.control(proxies({{"/", "http://no-such-host.invalid"}}));
  CHECK(status_of(get(router.port(), "site.test", "/")) == 502);
}

TEST_CASE("a client that hangs up while the host of a proxy is looked up harms nobody") {
  RunningRouter router(local());
  router.control(proxies({{"/", "http://no-such-host.invalid"}}));
  Client(router.port()).send("GET / HTTP/1.1\r\nHost: site.test\r\n\r\n").close();
  CHECK(status_of(get(router.port(), "site.test", "/")) == 502);
}

TEST_CASE("a proxy to a route of the same environment is that route") {
  const auto application = echo();
  RunningRouter router;
  Json entry = proxies({{"/api/", "http://other.test/v1"}, {"/a/", "http://site.test/api"}},
                       {{"upstreams", {{"app", {{"addresses", {application->address()}}}}}}});
  entry["environment"]["routes"].push_back({{"url", "http://other.test/"}, {"type", "upstream"}, {"upstream", "app"}});
  router.control(entry);
  CHECK(asked(get(router.port(), "site.test", "/api/x?q")) == "GET /v1/x?q HTTP/1.1");
  const std::string request = body_of(get(router.port(), "site.test", "/a/x"));
  CHECK_THAT(request, Contains("GET /v1/x HTTP/1.1") && Contains("Host: other.test"));
}

TEST_CASE("proxies that lead to each other are refused, here and over the network") {
  RunningRouter router(local());
  router.control(proxies({{"/a/", "http://site.test/b"}, {"/b/", "http://site.test/a"}}));
  CHECK(status_of(get(router.port(), "site.test", "/a/")) == 508);
  RunningRouter around(local());
  const std::string self = ":" + std::to_string(around.port());
  const auto serve = [&](const std::string& id, const std::string& host, const std::string& to) {
    const Json route = {{"url", "http://" + host + "/"}, {"type", "proxy"}, {"to", "http://" + to + self}};
    around.control({{"op", "put"}, {"environment", {{"id", id}, {"routes", {route}}}}});
  };
  serve("one", "site.test", "127.0.0.1");
  serve("two", "127.0.0.1", "localhost");
  serve("three", "localhost", "127.0.0.1");
  CHECK(status_of(get(around.port(), "site.test", "/")) == 508);
}

TEST_CASE("a proxy has partial redirects too") {
  RunningRouter router(local());
  Json entry = proxies({{"/", "http://localhost"}});
  entry["environment"]["routes"][0]["redirects"] = {{"paths", {{"/old", {{"to", "http://new.test/"}}}}}};
  router.control(entry);
  CHECK_THAT(get(router.port(), "site.test", "/old/x"), Contains("302") && Contains("Location: http://new.test/x"));
}

TEST_CASE("a target that is no plain URL is refused, and named") {
  RunningRouter router;
  for (const std::string to : {"http://user@host.test/", "http://host.test/?x", "http://host.test:0/", "ftp://x"}) {
    const Json answer = router.control(proxies({{"/", to}}));
    REQUIRE(answer["dropped"].size() == 1);
    CHECK_THAT(answer["dropped"][0]["why"].get<std::string>(), Contains(to));
  }
}

TEST_CASE("a proxy by https trusts no certificate but those of known authorities, for that host") {
  const Authority authority;
  const TemporaryDirectory directory;
  std::ofstream(directory.path() / "trusted.pem") << authority.pem();
  ::setenv("SSL_CERT_FILE", (directory.path() / "trusted.pem").c_str(), 1);
  const auto application = echo();
  RunningRouter elsewhere(tls_settings());
  elsewhere.serve("localhost", {application->address()});
  RunningRouter router(local());
  router.control(proxies({{"/", "https://localhost:" + std::to_string(elsewhere.tls_port())}}));

  elsewhere.control({{"op", "put_certificate"}, {"certificate", entry_of("c", authority.issue({"other.test"}))}});
  CHECK(status_of(get(router.port(), "site.test", "/")) == 502);
  elsewhere.control({{"op", "put_certificate"}, {"certificate", entry_of("c", Authority().issue({"localhost"}))}});
  CHECK(status_of(get(router.port(), "site.test", "/")) == 502);
  elsewhere.control({{"op", "put_certificate"}, {"certificate", entry_of("c", authority.issue({"localhost"}))}});
  for (int i = 0; i < 3; ++i) CHECK(asked(get(router.port(), "site.test", "/x")) == "GET /x HTTP/1.1");
  ::unsetenv("SSL_CERT_FILE");
}

}  // namespace penstock::router::test
