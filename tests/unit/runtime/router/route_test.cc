#include "base/error.h"
#include "runtime/router/table/redirect.h"
#include "runtime/router/table/route_table.h"
#include "unit/runtime/router/test_support.h"

#include <catch2/catch.hpp>

namespace penstock::router::test {

using Catch::Contains;

namespace {

// A table of one environment whose routes are `routes`; each names its url as original_url.
class Table {
 public:
  explicit Table(Json routes, HttpsMode mode = HttpsMode::Off) : mode_(mode) {
    const Json json = {
        {"id", "env"}, {"routes", std::move(routes)}, {"upstreams", {{"app", {{"addresses", {"10.0.0.1:80"}}}}}}};
    table_ = std::make_unique<RouteTable>(RouteTable::Environments{read_environment(json, dropped_)}, mode, dropped_);
  }

  // The original_url of the route found.
  std::string route(const std::string& host, const std::string& path, bool https = false) const {
    const auto match = table_->find(https, host, path);
    return match.route == nullptr ? "none" : match.route->original_url + (match.only_https ? " by https" : "");
  }
  std::string location(const std::string& host, const std::string& target, bool https = false) const {
    const std::string text = "GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
    RequestHead request;
    REQUIRE(parse_request_head(text, request) == 0);
    const auto reply = find_redirect(table_->find(https, request.host(), request.path), request, *table_, mode_);
    if (!reply) return "none";
    const std::size_t begin = reply->fields.find("Location: ") + 10;
    return std::to_string(reply->status) + " " + reply->fields.substr(begin, reply->fields.find("\r\n") - begin);
  }
  const std::vector<DroppedEntry>& dropped() const { return dropped_; }

 private:
  HttpsMode mode_;
  std::vector<DroppedEntry> dropped_;
  std::unique_ptr<RouteTable> table_;
};

Json upstream(const std::string& url) {
  return {{"url", url}, {"type", "upstream"}, {"upstream", "app"}};
}
Json redirect(const std::string& url, const std::string& to) {
  return {{"url", url}, {"type", "redirect"}, {"to", to}};
}

}  // namespace

TEST_CASE("a route is found by host and the longest path that leads to the request") {
  const Table table(Json::array({upstream("https://a.test/"), upstream("https://a.test/api/"),
                                 upstream("https://a.test/api/v2"), upstream("https://b.test/only/")}));
  CHECK(table.route("a.test", "/") == "https://a.test/");
  CHECK(table.route("A.Test.", "/x") == "https://a.test/");
  CHECK(table.route("a.test", "/api") == "https://a.test/api/");
  CHECK(table.route("a.test", "/api/v1") == "https://a.test/api/");
  CHECK(table.route("a.test", "/api/v2/x") == "https://a.test/api/v2");
  CHECK(table.route("a.test", "/apix") == "https://a.test/");
  CHECK(table.route("b.test", "/") == "none");
  CHECK(table.route("c.test", "/") == "none");
  CHECK(table.route(std::string(300, 'a'), "/") == "none");
}

TEST_CASE("a wildcard stands for one label, and a host of its own wins") {
  const Table table(Json::array({upstream("https://*.a.test/"), upstream("https://www.a.test/")}));
  CHECK(table.route("x.a.test", "/") == "https://*.a.test/");
  CHECK(table.route("www.a.test", "/") == "https://www.a.test/");
  CHECK(table.route("a.test", "/") == "none");
  CHECK(table.route("x.y.a.test", "/") == "none");
}

TEST_CASE("without TLS the routes of both schemes are one and none redirects to itself") {
  const Table table(Json::array({redirect("http://a.test/", "https://a.test/"), upstream("https://a.test/"),
                                 redirect("https://www.a.test/", "https://a.test/")}));
  CHECK(table.location("a.test", "/x") == "none");
  CHECK(table.location("www.a.test:8080", "/x?y") == "301 http://a.test:8080/x?y");
}

TEST_CASE("behind a TLS terminator http leads to https unless a route says otherwise") {
  const Table table(Json::array({upstream("https://a.test/"), upstream("http://a.test/plain/")}), HttpsMode::Proxied);
  CHECK(table.location("a.test", "/x?y") == "301 https://a.test/x?y");
  CHECK(table.location("a.test", "/x", true) == "none");
  CHECK(table.location("a.test", "/plain/x") == "none");
}

TEST_CASE("redirect routes keep the path below theirs and the query") {
  const Table table(
      Json::array({redirect("https://old.test/", "https://new.test/"),
                   redirect("https://old.test/shop/", "https://shop.test/de"),
                   {{"url", "https://code.test/"}, {"type", "redirect"}, {"to", "https://x.test/"}, {"code", 308}}}));
  CHECK(table.location("old.test", "/") == "301 https://new.test/");
  CHECK(table.location("old.test", "/a/b?c=d") == "301 https://new.test/a/b?c=d");
  CHECK(table.location("old.test", "/shop/1") == "301 https://shop.test/de/1");
  CHECK(table.location("code.test", "/") == "308 https://x.test/");
}

TEST_CASE("paths are redirected as the route's redirects say") {
  Json route = upstream("https://a.test/");
  route["redirects"]["paths"] = {
      {"/from", {{"to", "https://b.test/to"}}},
      {"/exact", {{"to", "/e"}, {"prefix", false}, {"code", 301}}},
      {"/gone", {{"to", "/"}}},
      {"/drop", {{"to", "/d"}, {"append_suffix", false}}},
      {"^/blog/(\\d+)/(.*)$", {{"to", "https://c.test/$2-$1$is_args$args"}, {"regexp", true}}},
      {"^/find", {{"to", "/search?q=$arg_name"}, {"regexp", true}, {"code", 307}}}};
  const Table table(Json::array({route}));
  REQUIRE(table.dropped().empty());
  CHECK(table.location("a.test", "/from/x?y") == "302 https://b.test/to/x?y");
  CHECK(table.location("a.test", "/fromage") == "none");
  CHECK(table.location("a.test", "/exact") == "301 /e");
  CHECK(table.location("a.test", "/exact/x") == "none");
  CHECK(table.location("a.test", "/drop/x") == "302 /d");
  CHECK(table.location("a.test", "/gone//evil.test") == "302 /evil.test");
  CHECK(table.location("a.test", "/blog/12/post?a=b") == "302 https://c.test/post-12?a=b");
  CHECK(table.location("a.test", "/find?x=1&name=n") == "307 /search?q=n");
}

TEST_CASE("a regular expression that takes for ever does not match") {
  CHECK_FALSE(Regex("^(a+)+$").matches(std::string(200, 'a') + "b"));
  CHECK_THROWS_AS(Regex("("), UserError);
}

TEST_CASE("addresses are read or refused") {
  CHECK(SocketAddress("127.0.0.1:80").family() == AF_INET);
  CHECK(SocketAddress("[::1]:80").family() == AF_INET6);
  CHECK(SocketAddress("unix:/run/app.sock").family() == AF_UNIX);
  for (const std::string bad : {"", "127.0.0.1", "localhost:80", "1.2.3.4:", "1.2.3.4:65536", "[::1:80", "unix:"}) {
    CHECK_THROWS_AS(SocketAddress(bad), UserError);
  }
}

TEST_CASE("routes of a thousand environments are found as fast as those of one") {
  RouteTable::Environments environments;
  std::vector<DroppedEntry> dropped;
  for (int i = 0; i < 1000; ++i) {
    Json json = environment("site" + std::to_string(i) + ".test", {});
    json["id"] = "env" + std::to_string(i);
    environments.push_back(read_environment(json, dropped));
  }
  const RouteTable table(environments, HttpsMode::Off, dropped);
  CHECK(dropped.empty());
  for (int i = 0; i < 1000; ++i) {
    const auto match = table.find(false, "site" + std::to_string(i) + ".test", "/");
    REQUIRE(match.route != nullptr);
    CHECK((*match.environment)->id == "env" + std::to_string(i));
  }
}

}  // namespace penstock::router::test
