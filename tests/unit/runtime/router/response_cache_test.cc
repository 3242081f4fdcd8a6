#include "runtime/router/cache/response_cache.h"

#include "runtime/router/cache/cache_key.h"
#include "runtime/router/cache/fill_book.h"
#include "runtime/router/cache/freshness.h"
#include "runtime/router/http/date.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <memory>
#include <thread>

namespace penstock::router::test {

using std::chrono::seconds;

namespace {

constexpr std::time_t kNow = 1'700'000'000;

std::string with_line_ends(const std::string& lines) {
  std::string text;
  for (const char c : lines) text += c == '\n' ? std::string("\r\n") : std::string(1, c);
  return text;
}

struct Request {
  explicit Request(const std::string& lines = "", const std::string& target = "/page?q",
                   const std::string& host = "Site.test")
      : text(with_line_ends("GET " + target + " HTTP/1.1\nHost: " + host + "\n" + lines + "\n")) {
    REQUIRE(parse_request_head(text, head) == 0);
  }
  std::string text;
  RequestHead head;
};

CacheSettings settings_of(const std::string& json) {
  return read_cache_settings(Json::parse(json));
}

struct Key {
  explicit Key(const Request& request, const std::string& settings = "{}", const std::string& release = "r1")
      : key(environment(release), settings_of(settings), true, request.head, text) {}
  static Environment environment(const std::string& release) {
    Environment environment;
    environment.id = "env";
    environment.release = release;
    return environment;
  }
  std::string text;
  CacheKey key;
};

bool same(const Key& a, const Key& b) {
  return a.text == b.text && a.key.hash() == b.key.hash();
}

// The lifetime of a response with these fields; -1: it is not stored.
int lifetime(const std::string& lines, int status = 200, const std::string& request = "",
             const std::string& settings = "{}") {
  const std::string text = with_line_ends(lines);
  ResponseHead response;
  response.status = status;
  REQUIRE(parse_fields(text, response.fields) == FieldsResult::Complete);
  const auto freshness =
      judge_response(response, StoreConditions::of(Request(request).head), settings_of(settings), kNow);
  return freshness ? static_cast<int>(freshness->lifetime.count()) : -1;
}

ResponseCache::Entry entry(const std::string& body, Milliseconds expires = Milliseconds(1000),
                           const std::vector<std::string>& vary = {}, const std::string& request = "") {
  auto response = std::make_shared<CachedResponse>();
  response->body = body;
  response->expires = expires;
  response->vary = vary;
  response->vary_values = selected_values(vary, Request(request).head.fields);
  return response;
}

std::string body_of(const ResponseCache::Found& found) {
  return found.entry ? found.entry->body : "";
}

constexpr Milliseconds kThen{500};

}  // namespace

TEST_CASE("a key tells apart what may have other answers and nothing else") {
  const Key page{Request()};
  CHECK(same(page, Key(Request("User-Agent: x\nCache-Control: no-cache\nPragma: no-cache\n"))));
  CHECK(same(page, Key(Request("", "/page?q", "site.TEST"))));
  CHECK_FALSE(same(page, Key(Request("", "/page?r"))));
  CHECK_FALSE(same(page, Key(Request("", "/page?q", "other.test"))));
  CHECK_FALSE(same(page, Key(Request("Accept: text/html\n"))));
  CHECK_FALSE(same(page, Key(Request("Accept-Language: de\n"))));
  CHECK(same(page, Key(Request("accept-language: de\n"), R"({"headers": []})")) ==
        same(page, Key(Request(), R"({"headers": []})")));
  CHECK_FALSE(same(page, Key(Request(), "{}", "r2")));
  CHECK_FALSE(same(Key(Request("Accept: a\n")), Key(Request("Accept-Language: a\n"))));
}

TEST_CASE("only the cookies that the route names are part of a key") {
  const std::string named = R"({"cookies": ["lang", "/^SS?ESS/"]})";
  const Key none(Request(), named);
  CHECK(same(none, Key(Request("Cookie: _ga=1; language=de\n"), named)));
  CHECK_FALSE(same(none, Key(Request("Cookie: lang=de\n"), named)));
  CHECK_FALSE(same(Key(Request("Cookie: lang=de\n"), named), Key(Request("Cookie: lang=en\n"), named)));
  CHECK_FALSE(same(none, Key(Request("Cookie: SESS0f=1\n"), named)));
  CHECK(same(Key(Request("Cookie: a=1; SESSx=2; lang=de\n"), named),
             Key(Request("Cookie: lang=de\nCookie: SESSx=2\n"), named)));
  CHECK(same(Key(Request(), R"({"cookies": []})"), Key(Request("Cookie: lang=de\n"), R"({"cookies": []})")));
}

TEST_CASE("a key that was kept as text finds the same") {
  const Key key(Request("Accept: a\n"));
  const CacheKey again(key.text);
  CHECK(again.hash() == key.key.hash());
  CHECK(again.url() == key.key.url());
  CHECK(key.text.starts_with(cache_key_prefix("env", "r1")));
}

TEST_CASE("an answer is kept for as long as it says, else as the route says") {
  CHECK(lifetime("") == -1);
  CHECK(lifetime("", 200, "", R"({"default_ttl": 60})") == 60);
  CHECK(lifetime("Cache-Control: max-age=5\n", 200, "", R"({"default_ttl": 60})") == 5);
  CHECK(lifetime("Cache-Control: max-age=0\n", 200, "", R"({"default_ttl": 60})") == -1);
  CHECK(lifetime("Cache-Control: max-age=5, s-maxage=9\n") == 9);
  const std::string date = "Date: " + http_date(kNow) + "\n";
  CHECK(lifetime(date + "Expires: " + http_date(kNow + 70) + "\n") == 70);
  CHECK(lifetime(date + "Expires: 0\n", 200, "", R"({"default_ttl": 60})") == -1);
  CHECK(lifetime(date + "Expires: " + http_date(kNow + 70) + "\nCache-Control: max-age=5\n") == 5);
  CHECK(lifetime("Cache-Control: max-age=5\nAge: 4\n") == 5);
  CHECK(lifetime("Cache-Control: max-age=5\nAge: 5\n") == -1);
  CHECK(lifetime("Cache-Control: max-age=5\nDate: " + http_date(kNow - 10) + "\n") == -1);
}

TEST_CASE("what is for one person, or says so, is not kept") {
  const std::string fresh = "Cache-Control: max-age=60\n";
  REQUIRE(lifetime(fresh) == 60);
  CHECK(lifetime(fresh + "Set-Cookie: a=1\n") == -1);
  CHECK(lifetime(fresh + "Vary: *\n") == -1);
  CHECK(lifetime(fresh + "Cache-Control: private\n") == -1);
  CHECK(lifetime(fresh + "Cache-Control: no-cache\n") == -1);
  CHECK(lifetime(fresh + "Cache-Control: no-store\n") == -1);
  CHECK(lifetime(fresh, 200, "Cache-Control: no-store\n") == -1);
  CHECK(lifetime(fresh, 200, "Cache-Control: no-cache\n") == 60);
  CHECK(lifetime(fresh, 200, "Authorization: x\n") == -1);
  CHECK(lifetime("Cache-Control: public, max-age=60\n", 200, "Authorization: x\n") == 60);
  CHECK(lifetime("Cache-Control: s-maxage=60\n", 200, "Authorization: x\n") == 60);
  CHECK(lifetime(fresh, 404) == 60);
  for (const int status : {206, 304, 500, 502, 503}) CHECK(lifetime(fresh, status) == -1);
  CHECK(lifetime(fresh, 302) == 60);
  CHECK(lifetime("", 302, "", R"({"default_ttl": 60})") == -1);
}

TEST_CASE("an entry answers until it expires") {
  ResponseCache cache({});
  const Request request;
  const Key key(request);
  CHECK_FALSE(cache.find(key.key, request.head.fields, kThen).entry);
  cache.store(key.key, entry("body"), kThen);
  CHECK(body_of(cache.find(key.key, request.head.fields, Milliseconds(999))) == "body");
  CHECK(body_of(cache.find(key.key, request.head.fields, Milliseconds(1000))).empty());
  const Key other(Request("", "/other"));
  CHECK(body_of(cache.find(other.key, request.head.fields, kThen)).empty());
  cache.store(key.key, entry("newer"), kThen);
  CHECK(body_of(cache.find(key.key, request.head.fields, kThen)) == "newer");
  CHECK(cache.statistics().entries == 1);
}

TEST_CASE("answers that vary are told apart by the fields they name") {
  ResponseCache cache({});
  const Request plain;
  const Key key(plain);
  cache.store(key.key, entry("gzip", Milliseconds(1000), {"Accept-Encoding"}, "Accept-Encoding: gzip\n"), kThen);
  cache.store(key.key, entry("plain", Milliseconds(1000), {"Accept-Encoding"}), kThen);
  CHECK(body_of(cache.find(key.key, plain.head.fields, kThen)) == "plain");
  CHECK(body_of(cache.find(key.key, Request("accept-encoding: gzip\n").head.fields, kThen)) == "gzip");
  CHECK(body_of(cache.find(key.key, Request("Accept-Encoding: br\n").head.fields, kThen)).empty());
  for (int i = 0; i < 100; ++i) {
    const std::string agent = "X: " + std::to_string(i) + "\n";
    cache.store(key.key, entry("x", Milliseconds(1000), {"X"}, agent), kThen);
  }
  CHECK(body_of(cache.find(key.key, Request("X: 99\n").head.fields, kThen)) == "x");
  CHECK(body_of(cache.find(key.key, Request("X: 50\n").head.fields, kThen)).empty());
}

TEST_CASE("a request with credentials gets only what is for everybody") {
  ResponseCache cache({});
  const Request secret("Authorization: Basic eDp4\n");
  const Key key(secret);
  cache.store(key.key, entry("body"), kThen);
  CHECK(body_of(cache.find(key.key, secret.head.fields, kThen)).empty());
  auto open = std::make_shared<CachedResponse>(*entry("open"));
  open->for_authorized = true;
  cache.store(key.key, open, kThen);
  CHECK(body_of(cache.find(key.key, secret.head.fields, kThen)) == "open");
}

TEST_CASE("what was not used for longest makes room") {
  ResponseCache cache({.bytes = 400'000, .entry_bytes = 50'000});
  const auto store = [&](int i, std::size_t size) {
    const Request request("", "/" + std::to_string(i));
    cache.store(Key(request).key, entry(std::string(size, 'x')), kThen);
  };
  const auto there = [&](int i) {
    const Request request("", "/" + std::to_string(i));
    return cache.find(Key(request).key, request.head.fields, kThen).entry != nullptr;
  };
  for (int i = 0; i < 100; ++i) {
    store(i, 10'000);
    CHECK(there(0));
  }
  CHECK(there(99));
  CHECK_FALSE(there(1));
  CHECK(cache.statistics().bytes <= 400'000);
  store(1000, 60'000);
  CHECK_FALSE(there(1000));
}

TEST_CASE("one environment has no more than its share, and takes nothing from the others") {
  ResponseCache cache({.bytes = 4'000'000, .environment_bytes = 400'000, .entry_bytes = 50'000});
  const auto key_of = [](const std::string& id, const Request& request, std::string& text) {
    Environment environment = Key::environment("r1");
    environment.id = id;
    return CacheKey(environment, settings_of("{}"), true, request.head, text);
  };
  const auto there = [&](const std::string& id, int i) {
    const Request request("", "/" + std::to_string(i));
    std::string text;
    return cache.find(key_of(id, request, text), request.head.fields, kThen).entry != nullptr;
  };
  const auto store = [&](const std::string& id, int i) {
    const Request request("", "/" + std::to_string(i));
    std::string text;
    cache.store(key_of(id, request, text), entry(std::string(10'000, 'x')), kThen);
  };
  store("modest", 0);
  for (int i = 0; i < 300; ++i) store("greedy", i);
  CHECK(there("modest", 0));
  CHECK(there("greedy", 299));
  CHECK_FALSE(there("greedy", 0));
  CHECK(cache.statistics().bytes <= 420'000);
}

TEST_CASE("one URL is forgotten with all its variants, and a release with all its URLs") {
  ResponseCache cache({});
  const Request plain;
  const Request german("Accept-Language: de\n");
  const Request other("", "/other");
  for (const Request* request : {&plain, &german, &other}) cache.store(Key(*request).key, entry("x"), kThen);
  cache.invalidate(Key(german).key);
  CHECK_FALSE(cache.find(Key(plain).key, plain.head.fields, kThen).entry);
  CHECK_FALSE(cache.find(Key(german).key, german.head.fields, kThen).entry);
  CHECK(cache.find(Key(other).key, other.head.fields, kThen).entry);
  cache.drop(cache_key_prefix("env", "r"));
  CHECK(cache.statistics().entries == 1);
  cache.drop(cache_key_prefix("env", "r1"));
  CHECK(cache.statistics().entries == 0);
  CHECK(cache.statistics().bytes == 0);
}

TEST_CASE("an answer that could not be kept is remembered for a while") {
  ResponseCache cache({});
  const Request request;
  const Key key(request);
  CHECK_FALSE(cache.find(key.key, request.head.fields, kThen).not_worthwhile);
  cache.remember_miss(key.key, kThen);
  CHECK(cache.find(key.key, request.head.fields, kThen).not_worthwhile);
  CHECK_FALSE(cache.find(key.key, request.head.fields, kThen + Milliseconds(60'000)).not_worthwhile);
}

TEST_CASE("what is being recorded is bounded") {
  ResponseCache cache({.recorded_bytes = 100});
  CHECK(cache.reserve(60));
  CHECK_FALSE(cache.reserve(60));
  CHECK(cache.reserve(40));
  cache.release(100);
  CHECK(cache.reserve(100));
}

TEST_CASE("several threads share a cache") {
  ResponseCache cache({.bytes = 200'000, .entry_bytes = 10'000});
  const ResponseCache::Entry page = entry(std::string(5'000, 'x'));
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&cache, &page, t] {
        for (int i = 0; i < 500; ++i) {
          std::string text = "env\rr1\rhttps://site.test/" + std::to_string((i * 7 + t) % 60) + "\n";
          const CacheKey key(text);
          const FieldList none;
          if (!cache.find(key, none, kThen).entry) cache.store(key, page, kThen);
          if (i % 50 == 0) cache.invalidate(key);
          if (i % 200 == 0) cache.drop("env\rr1\r");
        }
      });
    }
  }
  CHECK(cache.statistics().bytes <= 200'000);
  CHECK(cache.statistics().entries > 0);
}

TEST_CASE("one fetches and the others go on when it has ended") {
  EventLoop loop;
  FillBook book;
  int resumed = 0;
  const auto wait = [&] {
    return std::make_shared<FillWait>(FillWait{loop, [&] {
                                                 if (++resumed == 2) loop.stop();
                                               }});
  };
  const auto gone = wait();
  {
    const auto fill = book.begin("key", wait);
    REQUIRE(fill);
    CHECK(book.begin("other", wait));
    CHECK_FALSE(book.begin("key", wait));
    CHECK_FALSE(book.begin("key", [&] { return gone; }));
    CHECK_FALSE(book.begin("key", wait));
    gone->resume = nullptr;
    CHECK(resumed == 0);
  }
  loop.run();
  CHECK(resumed == 2);
  CHECK(book.begin("key", wait));
}

}  // namespace penstock::router::test
