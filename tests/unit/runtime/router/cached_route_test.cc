#include "support/eventually.h"
#include "unit/runtime/router/test_support.h"

#include <catch2/catch.hpp>

#include <atomic>
#include <thread>

namespace penstock::router::test {

using Catch::Contains;
using penstock::test::eventually;

namespace {

const std::string kFresh = "Cache-Control: max-age=60\r\n";

// A router with a route that caches, before an application that counts and answers with `fields` and "body N".
class Cached {
 public:
  explicit Cached(std::string fields = kFresh, const Json& settings = Json::object())
      : fields_(std::move(fields)), settings_(settings) {
    serve("r1");
  }

  Json serve(const std::string& release, const Json& hold = Json::object()) {
    Json entry = environment("site.test", {upstream_->address()});
    entry["release"] = release;
    entry["hold"] = hold;
    entry["routes"][0]["cache"] = settings_;
    return router_.control({{"op", "put"}, {"environment", entry}});
  }
  std::string get(const std::string& path = "/", const std::string& fields = "") {
    return test::get(router_.port(), "site.test", path, fields);
  }
  std::string send(const std::string& method, const std::string& path = "/") {
    return Client(router_.port())
        .send(method + " " + path + " HTTP/1.1\r\nHost: site.test\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
        .read_to_end();
  }
  int asked() const { return asked_; }
  std::string last_request() { return *last_.lock(); }
  RunningRouter& router() { return router_; }

 private:
  std::string fields_;
  Json settings_;
  std::atomic<int> asked_ = 0;
  Synchronized<std::string> last_;
  std::unique_ptr<Upstream> upstream_ = Upstream::answering([this](const std::string& request) {
    *last_.lock() = request;
    return ok("body " + std::to_string(++asked_), fields_);
  });
  RunningRouter router_;
};

}  // namespace

TEST_CASE("an answer that may be kept answers the next request") {
  Cached site;
  const std::string first = site.get();
  CHECK_THAT(first, Contains("X-Platform-Cache: MISS\r\n") && !Contains("Age:"));
  const std::string second = site.get();
  CHECK_THAT(second, Contains("X-Platform-Cache: HIT\r\n") && Contains("Age: 0\r\n") && Contains("200 OK"));
  CHECK(body_of(second) == "body 1");
  CHECK(body_of(site.get("/other")) == "body 2");
  CHECK(site.asked() == 2);
  CHECK(site.router().control({{"op", "stats"}})["stats"]["cache_hits"] == 1);
}

TEST_CASE("a kept answer to GET answers HEAD, and not the other way round") {
  Cached site;
  CHECK_THAT(site.send("HEAD"), Contains("X-Platform-Cache: MISS"));
  CHECK_THAT(site.get(), Contains("X-Platform-Cache: MISS"));
  const std::string head = site.send("HEAD");
  CHECK_THAT(head, Contains("X-Platform-Cache: HIT") && Contains("Content-Length: 6"));
  CHECK(body_of(head).empty());
}

TEST_CASE("conditions and ranges are answered from what is kept") {
  Cached site(kFresh + "ETag: \"v1\"\r\nLast-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\n");
  CHECK(status_of(site.get("/", "If-None-Match: \"v1\"\r\n")) == 200);
  CHECK_THAT(site.last_request(), !Contains("If-None-Match"));
  CHECK(status_of(site.get("/", "If-None-Match: \"v1\"\r\n")) == 304);
  CHECK(status_of(site.get("/", "If-Modified-Since: Sun, 06 Nov 1994 08:49:38 GMT\r\n")) == 304);
  CHECK(status_of(site.get("/", "If-Match: \"v2\"\r\n")) == 412);
  const std::string part = site.get("/", "Range: bytes=0-3\r\n");
  CHECK(status_of(part) == 206);
  CHECK(body_of(part) == "body");
  const std::string parts = site.get("/", "Range: bytes=0-0,5-5\r\n");
  CHECK_THAT(parts, Contains("multipart/byteranges; boundary=") && Contains("Content-Range: bytes 5-5/6\r\n\r\n1\r\n"));
  CHECK(site.asked() == 1);
}

TEST_CASE("cookies bypass the cache unless the route says which matter") {
  Cached strict;
  strict.get();
  CHECK_THAT(strict.get("/", "Cookie: a=1\r\n"), Contains("X-Platform-Cache: BYPASS") && Contains("body 2"));
  Cached open(kFresh, Json{{"cookies", Json::array()}});
  open.get();
  CHECK_THAT(open.get("/", "Cookie: a=1\r\n"), Contains("X-Platform-Cache: HIT"));
  Cached some(kFresh, Json{{"cookies", {"lang"}}});
  some.get("/", "Cookie: lang=de; x=1\r\n");
  CHECK_THAT(some.get("/", "Cookie: x=2; lang=de\r\n"), Contains("X-Platform-Cache: HIT"));
  CHECK_THAT(some.get("/", "Cookie: lang=en\r\n"), Contains("X-Platform-Cache: MISS"));
}

TEST_CASE("what may not be kept is fetched each time") {
  for (const std::string& fields : {std::string(), kFresh + "Set-Cookie: a=1\r\n",
                                    std::string("Cache-Control: private\r\n"), kFresh + "Vary: *\r\n"}) {
    Cached site(fields);
    site.get();
    CHECK_THAT(site.get(), Contains("X-Platform-Cache: MISS") && Contains("body 2"));
  }
  Cached off(kFresh, Json{{"enabled", false}});
  off.get();
  CHECK_THAT(off.get(), Contains("X-Platform-Cache: BYPASS") && Contains("body 2"));
  Cached secret;
  secret.get("/", "Authorization: Basic eDp4\r\n");
  CHECK_THAT(secret.get(), Contains("body 2"));
  CHECK_THAT(secret.get("/", "Authorization: Basic eDp4\r\n"), Contains("body 3"));
}

TEST_CASE("answers that vary are kept side by side") {
  Cached site(kFresh + "Vary: Accept-Encoding\r\n");
  site.get("/", "Accept-Encoding: br\r\n");
  CHECK_THAT(site.get("/", "Accept-Encoding: gzip\r\n"), Contains("MISS") && Contains("body 2"));
  CHECK_THAT(site.get("/", "Accept-Encoding: br\r\n"), Contains("HIT") && Contains("body 1"));
}

TEST_CASE("a route without a cache says nothing of one") {
  Cached site(kFresh, Json(nullptr));
  site.get();
  CHECK_THAT(site.get(), !Contains("X-Platform-Cache") && Contains("body 2"));
}

TEST_CASE("a release begins with an empty cache, and a hold does not empty it") {
  Cached site;
  site.get();
  site.serve("r1", {{"active", true}});
  site.serve("r1");
  CHECK_THAT(site.get(), Contains("X-Platform-Cache: HIT"));
  site.serve("r2");
  CHECK_THAT(site.get(), Contains("X-Platform-Cache: MISS"));
  CHECK(site.router().control({{"op", "stats"}})["stats"]["cache_entries"] == 1);
}

TEST_CASE("while requests are held, the cache answers where the environment wants that") {
  Cached site;
  site.get();
  site.serve("r1", {{"active", true}, {"serve_cached", true}});
  CHECK_THAT(site.get(), Contains("X-Platform-Cache: HIT"));
  Client held(site.router().port());
  held.send("GET /other HTTP/1.1\r\nHost: site.test\r\nConnection: close\r\n\r\n");
  Client plain(site.router().port());
  site.serve("r1", {{"active", true}});
  plain.send("GET / HTTP/1.1\r\nHost: site.test\r\nConnection: close\r\n\r\n");
  while (site.router().report("env")["waiting"] != 2) std::this_thread::yield();
  site.serve("r1");
  CHECK_THAT(held.read_to_end(), Contains("body 2"));
  CHECK_THAT(plain.read_to_end(), Contains("X-Platform-Cache: HIT"));
}

TEST_CASE("an unsafe request makes the cache forget its URL") {
  Cached site;
  site.get("/a");
  site.get("/b");
  CHECK_THAT(site.send("POST", "/a"), Contains("X-Platform-Cache: BYPASS"));
  CHECK_THAT(site.get("/a"), Contains("MISS"));
  CHECK_THAT(site.get("/b"), Contains("HIT"));
}

TEST_CASE("requests for the same wait for one answer") {
  std::atomic<int> asked = 0;
  std::atomic<bool> go = false;
  Upstream upstream([&](Client& client) {
    while (!client.read_message().empty()) {
      ++asked;
      while (!go) std::this_thread::yield();
      client.send(ok("body", kFresh));
    }
  });
  RunningRouter router;
  Json entry = environment("site.test", {upstream.address()});
  entry["routes"][0]["cache"] = Json::object();
  router.control({{"op", "put"}, {"environment", entry}});
  std::vector<Client> clients;
  for (int i = 0; i < 8; ++i) {
    clients.emplace_back(router.port()).send("GET / HTTP/1.1\r\nHost: site.test\r\nConnection: close\r\n\r\n");
  }
  while (asked == 0 || router.control({{"op", "stats"}})["stats"]["requests"] != 8) std::this_thread::yield();
  go = true;
  int hits = 0;
  for (Client& client : clients) {
    const std::string answer = client.read_to_end();
    CHECK(body_of(answer) == "body");
    hits += answer.find("X-Platform-Cache: HIT") != std::string::npos ? 1 : 0;
  }
  CHECK(hits == 7);
  CHECK(asked == 1);
}

TEST_CASE("nobody waits for an answer that turns out to be for one person") {
  std::atomic<int> asked = 0;
  std::atomic<bool> go = false;
  Upstream upstream([&](Client& client) {
    while (!client.read_message().empty()) {
      if (++asked == 1) {
        while (!go) std::this_thread::yield();
      }
      client.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\nCache-Control: private\r\n\r\n");
      while (asked < 4) std::this_thread::yield();
      client.send("body");
    }
  });
  RunningRouter router;
  Json entry = environment("site.test", {upstream.address()});
  entry["routes"][0]["cache"] = Json::object();
  router.control({{"op", "put"}, {"environment", entry}});
  std::vector<Client> clients;
  for (int i = 0; i < 4; ++i) {
    clients.emplace_back(router.port()).send("GET / HTTP/1.1\r\nHost: site.test\r\nConnection: close\r\n\r\n");
  }
  while (asked == 0 || router.control({{"op", "stats"}})["stats"]["requests"] != 4) std::this_thread::yield();
  CHECK(asked == 1);
  go = true;
  for (Client& client : clients) CHECK(body_of(client.read_to_end()) == "body");
}

TEST_CASE("an answer that breaks off is not kept") {
  std::atomic<int> asked = 0;
  Upstream upstream([&](Client& client) {
    if (client.read_message().empty()) return;
    const bool whole = ++asked > 1;
    client.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\nCache-Control: max-age=60\r\n\r\n" +
                std::string(whole ? "body" : "bo"));
  });
  RunningRouter router;
  Json entry = environment("site.test", {upstream.address()});
  entry["routes"][0]["cache"] = Json::object();
  router.control({{"op", "put"}, {"environment", entry}});
  CHECK(body_of(get(router.port(), "site.test", "/")) == "bo");
  CHECK_THAT(get(router.port(), "site.test", "/"), Contains("MISS") && Contains("body"));
  CHECK_THAT(get(router.port(), "site.test", "/"), Contains("HIT") && Contains("body"));
}

TEST_CASE("a stale answer is not fetched again when the application says that it is the same") {
  std::atomic<int> whole = 0;
  std::atomic<int> same = 0;
  const auto upstream = Upstream::answering([&](const std::string& request) {
    if (request.find("If-None-Match: \"v1\"") != std::string::npos) {
      ++same;
      return std::string(
          "HTTP/1.1 304 Not Modified\r\nETag: \"v1\"\r\nCache-Control: max-age=60\r\nX-New: yes\r\n\r\n");
    }
    ++whole;
    return ok("body", "ETag: \"v1\"\r\nCache-Control: max-age=1\r\nX-Kept: yes\r\n");
  });
  RunningRouter router;
  Json entry = environment("site.test", {upstream->address()});
  entry["routes"][0]["cache"] = Json::object();
  router.control({{"op", "put"}, {"environment", entry}});
  std::string answer;
  REQUIRE(eventually([&] {
    answer = get(router.port(), "site.test", "/");
    return same > 0;
  }));
  CHECK(status_of(answer) == 200);
  CHECK(body_of(answer) == "body");
  CHECK_THAT(answer,
             Contains("X-Kept: yes") && Contains("X-New: yes") && Contains("max-age=60") && !Contains("max-age=1\r"));
  CHECK_THAT(get(router.port(), "site.test", "/"), Contains("HIT") && Contains("X-New: yes") && Contains("body"));
  CHECK(whole == 1);
  CHECK(same == 1);
}

TEST_CASE("a large kept answer arrives whole, and one too large is passed on only") {
  std::string large(std::size_t{3} << 20, 'x');
  for (std::size_t i = 0; i < large.size(); i += 1000) large[i] = static_cast<char>('a' + i / 1000 % 26);
  const std::string huge = large + large;
  const auto upstream = Upstream::answering(
      [&](const std::string& request) { return ok(request.find("huge") != std::string::npos ? huge : large, kFresh); });
  RunningRouter router;
  Json entry = environment("site.test", {upstream->address()});
  entry["routes"][0]["cache"] = Json::object();
  router.control({{"op", "put"}, {"environment", entry}});
  for (int i = 0; i < 2; ++i) {
    const std::string answer = get(router.port(), "site.test", "/large");
    CHECK_THAT(answer.substr(0, 300), Contains(i == 0 ? "MISS" : "HIT"));
    CHECK((body_of(answer) == large));
    const std::string passed = get(router.port(), "site.test", "/huge");
    CHECK_THAT(passed.substr(0, 300), Contains("MISS"));
    CHECK((body_of(passed) == huge));
  }
}

}  // namespace penstock::router::test
