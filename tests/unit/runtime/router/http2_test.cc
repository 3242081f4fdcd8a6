#include "support/eventually.h"
#include "unit/runtime/router/http2_client.h"
#include "unit/runtime/router/test_support.h"
#include "unit/runtime/router/tls_support.h"

#include <catch2/catch.hpp>

#include <fstream>

namespace penstock::router::test {

using Catch::Contains;
using penstock::test::eventually;

namespace {

// A router with one site, and a client that speaks HTTP/2 to it.
class Site {
 public:
  explicit Site(const Upstream* upstream, const Json& more = Json::object(), Settings settings = {},
                std::uint32_t window = 65'535)
      : router(std::move(settings)), connection(router.port()), client(connection, window) {
    router.serve("site.test", upstream == nullptr ? std::vector<std::string>{} : std::vector{upstream->address()},
                 more);
  }

  RunningRouter router;
  Client connection;
  Http2Client client;
};

// A frame by hand, for what nghttp2 would not send.
std::string frame(std::uint8_t type, std::uint8_t flags, std::uint32_t stream, const std::string& payload) {
  std::string bytes;
  for (const int shift : {16, 8, 0}) bytes += static_cast<char>(payload.size() >> shift);
  bytes += static_cast<char>(type);
  bytes += static_cast<char>(flags);
  for (const int shift : {24, 16, 8, 0}) bytes += static_cast<char>(stream >> shift);
  return bytes + payload;
}

const std::string kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(NGHTTP2_SETTINGS, 0, 0, "");
// ":method: GET", ":scheme: http", ":path: /", ":authority: a" in HPACK.
const std::string kGet =
    "\x82\x86\x84\x41\x01"
    "a";

// The error of the GOAWAY frame that `bytes`, from the router, end with.
std::uint32_t go_error(const std::string& bytes) {
  std::uint32_t error = UINT32_MAX;
  for (std::size_t at = 0; at + 9 <= bytes.size();) {
    const auto byte = [&](std::size_t i) {
      return static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[at + i]));
    };
    const std::size_t length = (byte(0) << 16) | (byte(1) << 8) | byte(2);
    if (byte(3) == NGHTTP2_GOAWAY && at + 17 <= bytes.size()) error = byte(16) | (byte(15) << 8);
    at += 9 + length;
  }
  return error;
}

std::uint32_t error_after(const std::string& frames) {
  RunningRouter router;
  return go_error(Client(router.port()).send(kPreface + frames).read_to_end());
}

std::string repeated(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

bool waiting(RunningRouter& router, int count) {
  return eventually([&] { return router.report("env")["waiting"] == count; });
}

}  // namespace

TEST_CASE("an HTTP/2 request reaches the application as HTTP/1.1 and its answer the client") {
  const auto upstream = Upstream::answering(
      [](const std::string& request) { return ok(request, "X-App: Yes\r\nConnection: close\r\n"); });
  Site site(upstream.get());
  const auto& response = site.client.wait(site.client.request(
      "GET", "/a?b", {{"x-mine", "kept"}, {"cookie", "a=1"}, {"cookie", "b=2"}, {"x-forwarded-for", "6.6.6.6"}}));
  CHECK(response.ended);
  CHECK(response.status == 200);
  CHECK(response.fields.at("x-app") == "Yes");
  CHECK(response.fields.count("date") == 1);
  CHECK(response.fields.count("connection") == 0);
  CHECK(response.fields.at("content-length") == std::to_string(response.body.size()));
  CHECK_THAT(response.body, Catch::StartsWith("GET /a?b HTTP/1.1\r\nHost: site.test\r\n"));
  CHECK_THAT(response.body, Contains("x-mine: kept\r\n") && Contains("cookie: a=1; b=2\r\n") &&
                                Contains("X-Forwarded-For: 127.0.0.1\r\n") && !Contains("6.6.6.6") &&
                                !Contains(":path"));
}

TEST_CASE("HTTP/2 is agreed on in the handshake of TLS") {
  const auto upstream = Upstream::answering([](const std::string& request) { return ok(request); });
  RunningRouter router(tls_settings());
  const Authority authority;
  router.control({{"op", "put_certificate"}, {"certificate", entry_of("site", authority.issue({"site.test"}))}});
  router.serve("site.test", {upstream->address()});
  TlsClient connection(router.tls_port(),
                       {.host = "site.test", .trusted = &authority, .protocols = {"h2", "http/1.1"}});
  REQUIRE(connection.protocol() == "h2");
  Http2Client client(connection);
  const auto& response = client.wait(client.request("GET", "/"));
  CHECK(response.status == 200);
  CHECK_THAT(response.body, Contains("X-Forwarded-Proto: https\r\n"));
}

TEST_CASE("many requests of one HTTP/2 connection are answered side by side, bounded") {
  std::atomic<bool> go = false;
  Upstream upstream([&](Client& client) {
    for (std::string request = client.read_message(); !request.empty(); request = client.read_message()) {
      if (request.starts_with("GET /slow")) eventually([&] { return go.load(); });
      client.send(ok(request.substr(4, request.find(" HTTP") - 4)));
    }
  });
  Site site(&upstream);
  const std::int32_t slow = site.client.request("GET", "/slow");
  std::vector<std::int32_t> streams;
  for (int i = 0; i < 100; ++i) streams.push_back(site.client.request("GET", "/" + std::to_string(i)));
  for (std::size_t i = 0; i < streams.size(); ++i) CHECK(site.client.wait(streams[i]).body == "/" + std::to_string(i));
  CHECK_FALSE(site.client.response(slow).closed);
  go = true;
  CHECK(site.client.wait(slow).body == "/slow");
  CHECK(site.client.setting(NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS) == 128);
  CHECK(site.client.setting(NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE) == 32'768);
}

TEST_CASE("large bodies pass unharmed over HTTP/2, as fast as windows allow") {
  std::string large;
  while (large.size() < (std::size_t{2} << 20)) large += std::to_string(large.size()) + ",";
  const auto upstream = Upstream::answering([](const std::string& request) { return ok(body_of(request)); });
  Site site(upstream.get(), Json::object(), {}, 4 << 20);
  const std::int32_t stream = site.client.request("PUT", "/", {{"content-length", std::to_string(large.size())}}, true);
  site.client.send(stream, large, true);
  const auto& response = site.client.wait(stream);
  CHECK(response.status == 200);
  CHECK((response.body == large));
}

TEST_CASE("a body of unknown length and trailers pass both ways over HTTP/2") {
  Upstream upstream([](Client& client) {
    const std::string head = client.read_until("\r\n\r\n");
    if (head.find("Transfer-Encoding: chunked") == std::string::npos) return;
    if (client.read_until("x-sum: 1\r\n\r\n").find("hello") == std::string::npos) return;
    client.send(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nX-Sum: 2\r\nSet-Cookie: a\r\n\r\n");
    client.read_to_end();
  });
  Site site(&upstream);
  const std::int32_t stream = site.client.request("POST", "/", {}, true);
  site.client.send(stream, "hello", true, {{"x-sum", "1"}, {"x-forwarded-for", "6.6.6.6"}});
  const auto& response = site.client.wait(stream);
  CHECK(response.body == "hi");
  CHECK(response.trailers == std::map<std::string, std::string>{{"x-sum", "2"}});
  CHECK(response.fields.count("content-length") == 0);
}

TEST_CASE("interim answers, answers to HEAD and those without a body pass over HTTP/2") {
  Upstream upstream([](Client& client) {
    for (std::string head = client.read_until("\r\n\r\n"); !head.empty(); head = client.read_until("\r\n\r\n")) {
      if (head.starts_with("HEAD")) client.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
      if (head.starts_with("GET")) client.send("HTTP/1.1 204 No Content\r\n\r\n");
      if (!head.starts_with("POST")) continue;
      client.send("HTTP/1.1 100 Continue\r\n\r\n");
      client.send("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + ok(client.read_bytes(4)));
    }
  });
  Site site(&upstream);
  const auto& head = site.client.wait(site.client.request("HEAD", "/"));
  CHECK(head.fields.at("content-length") == "1000");
  CHECK(head.body.empty());
  CHECK(site.client.wait(site.client.request("GET", "/")).status == 204);
  const std::int32_t post =
      site.client.request("POST", "/", {{"content-length", "4"}, {"expect", "100-continue"}}, true);
  CHECK(site.client.until([&] { return site.client.response(post).interim == std::vector{100}; }));
  site.client.send(post, "data", true);
  CHECK(site.client.wait(post).body == "data");
  CHECK(site.client.response(post).interim == std::vector{100, 103});
}

TEST_CASE("HTTP/2 requests that are not valid or ambiguous are refused before an application sees them") {
  std::atomic<int> seen = 0;
  const auto upstream = Upstream::answering([&](const std::string& request) {
    seen += request.starts_with("GET") ? 1 : 0;
    return ok("x");
  });
  Site site(upstream.get());
  Http2Client& client = site.client;
  const auto status = [&](const Http2Client::Fields& more) {
    return client.wait(client.request("GET", "/", more)).status;
  };
  CHECK(status({{"host", "other.test"}}) == 400);
  CHECK(status({{"x", std::string(40'000, 'a')}}) == 431);
  CHECK(client.wait(client.request("GET", "/" + std::string(9000, 'a'))).status == 414);
  CHECK(client.wait(client.request("GET", "/../x")).status == 400);
  CHECK(client.wait(client.request("GET", "relative")).error == NGHTTP2_PROTOCOL_ERROR);
  CHECK(client.wait(client.request({{":method", "CONNECT"}, {":authority", "site.test:443"}})).status == 405);
  for (const Http2Client::Fields& fields : std::vector<Http2Client::Fields>{{{"connection", "close"}},
                                                                            {{"transfer-encoding", "chunked"}},
                                                                            {{"upgrade", "websocket"}},
                                                                            {{"te", "gzip"}},
                                                                            {{"x", "a\r\ny: b"}},
                                                                            {{"content-length", "3"}},
                                                                            {{":path", "/late"}}}) {
    INFO(fields.front().first);
    CHECK(client.wait(client.request("GET", "/", fields)).error == NGHTTP2_PROTOCOL_ERROR);
  }
  const std::int32_t longer = client.request("PUT", "/", {{"content-length", "3"}}, true);
  client.send(longer, "four", true);
  CHECK(client.wait(longer).error == NGHTTP2_PROTOCOL_ERROR);
  CHECK(status({{"host", "site.test"}}) == 200);
  CHECK(seen == 1);
}

TEST_CASE("held HTTP/2 requests wait one by one, and one that is reset leaves the queue") {
  const auto upstream = Upstream::answering([](const std::string& request) { return ok(body_of(request)); });
  Site site(nullptr, {{"hold", {{"active", true}}}});
  const std::int32_t given_up = site.client.request("GET", "/");
  const std::int32_t with_body = site.client.request("PUT", "/", {{"content-length", "6"}}, true);
  site.client.send(with_body, "abc", false);
  CHECK(site.client.wait(site.client.request("POST", "/")).status == 503);
  REQUIRE(waiting(site.router, 2));
  site.client.reset(given_up);
  REQUIRE(waiting(site.router, 1));
  site.client.send(with_body, "def", true);
  site.router.serve("site.test", {upstream->address()});
  CHECK(site.client.wait(with_body).body == "abcdef");
  CHECK(site.router.report("env")["abandoned"] == 1);
}

TEST_CASE("the end of an HTTP/2 connection ends what was asked over it") {
  std::atomic<int> ended = 0;
  Upstream upstream([&](Client& client) {
    client.read_message();
    ended += client.closed_by_peer() ? 1 : 0;
  });
  Site site(&upstream);
  const std::int32_t first = site.client.request("GET", "/");
  site.client.request("GET", "/");
  REQUIRE(eventually([&] { return upstream.connections() == 2; }));
  site.client.reset(first);
  CHECK(eventually([&] { return ended == 1; }));
  site.connection.close();
  CHECK(eventually([&] { return ended == 2; }));
}

TEST_CASE("a client that takes nothing of an HTTP/2 response stops the application, not the other requests") {
  constexpr std::size_t kLarge = std::size_t{32} << 20;
  std::atomic<std::size_t> sent = 0;
  Upstream upstream([&](Client& client) {
    for (std::string request = client.read_message(); !request.empty(); request = client.read_message()) {
      if (!request.starts_with("GET /large")) {
        client.send(ok("small"));
        continue;
      }
      client.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(kLarge) + "\r\n\r\n");
      const std::string piece(64 << 10, 'x');
      for (; sent < kLarge; sent += piece.size()) client.send(piece);
    }
  });
  Site site(&upstream);
  const std::int32_t large = site.client.request("GET", "/large");
  CHECK(site.client.until([&] { return site.client.response(large).body.size() == 65'535; }));
  CHECK(site.client.wait(site.client.request("GET", "/")).body == "small");
  CHECK(sent < kLarge);
  site.client.widen(large, 2 * kLarge);
  CHECK(site.client.wait(large).body.size() == kLarge);
}

TEST_CASE("an HTTP/2 response that its client takes nothing of for too long is given up") {
  const auto upstream = Upstream::answering([](const std::string&) { return ok(std::string(200'000, 'x')); });
  Settings settings;
  settings.timeouts.client = Milliseconds(30);
  Site site(upstream.get(), Json::object(), settings);
  const auto& response = site.client.wait(site.client.request("GET", "/"));
  CHECK(response.error == NGHTTP2_CANCEL);
  CHECK(response.body.size() == 65'535);
}

TEST_CASE("an HTTP/2 response that breaks off is reset") {
  Upstream upstream([](Client& client) {
    client.read_message();
    client.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab");
  });
  Site site(&upstream);
  const auto& response = site.client.wait(site.client.request("GET", "/"));
  CHECK(response.error == NGHTTP2_INTERNAL_ERROR);
  CHECK_FALSE(response.ended);
}

TEST_CASE("a response that comes before its request has ended stops the HTTP/2 client's upload") {
  Upstream upstream([](Client& client) {
    client.read_until("\r\n\r\n");
    client.send(ok("enough"));
    client.read_to_end();
  });
  Site site(&upstream);
  const std::int32_t stream = site.client.request("PUT", "/", {{"content-length", "1000000"}}, true);
  const auto& response = site.client.wait(stream);
  CHECK(response.body == "enough");
  CHECK(response.ended);
  CHECK(response.error == NGHTTP2_NO_ERROR);
}

TEST_CASE("files are served over HTTP/2") {
  TemporaryDirectory artifact;
  const std::string large(300'000, 'f');
  std::ofstream(artifact.path() / "large.txt") << large;
  RunningRouter router;
  router.serve("site.test", {},
               {{"upstreams", {{"app", {{"root", artifact.path()}, {"locations", {{"/", {{"root", ""}}}}}}}}}});
  Client connection(router.port());
  Http2Client client(connection, 1 << 20);
  const auto& whole = client.wait(client.request("GET", "/large.txt"));
  CHECK(whole.status == 200);
  CHECK((whole.body == large));
  CHECK(client.wait(client.request("GET", "/large.txt", {{"range", "bytes=0-3"}})).body == "ffff");
  CHECK(client.wait(client.request("HEAD", "/large.txt")).fields.at("content-length") == "300000");
}

TEST_CASE("a WebSocket passes bytes both ways within an HTTP/2 connection") {
  Upstream upstream([](Client& client) {
    const std::string head = client.read_until("\r\n\r\n");
    if (!head.starts_with("GET /ws HTTP/1.1\r\n") || head.find("Upgrade: websocket") == std::string::npos ||
        head.find("sec-websocket-key: ") == std::string::npos) {
      return;
    }
    client.send(
        "HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: x\r\nUpgrade: websocket\r\nConnection: "
        "Upgrade\r\n\r\nhello");
    client.send("<" + client.read_bytes(3) + ">");
  });
  Site site(&upstream);
  const std::int32_t stream = site.client.request({{":method", "CONNECT"},
                                                   {":protocol", "websocket"},
                                                   {":scheme", "http"},
                                                   {":path", "/ws"},
                                                   {":authority", "site.test"}},
                                                  true);
  const auto& response = site.client.response(stream);
  CHECK(site.client.until([&] { return response.body == "hello"; }));
  CHECK(response.status == 200);
  CHECK(response.fields.count("sec-websocket-accept") == 0);
  site.client.send(stream, "abc", false);
  CHECK(site.client.until([&] { return response.ended; }));
  CHECK(response.body == "hello<abc>");
  site.client.send(stream, "", true);
  CHECK(site.client.wait(stream).error == NGHTTP2_NO_ERROR);
}

TEST_CASE("an HTTP/2 client that resets what it asks for again and again is told to calm down") {
  std::string frames;
  for (std::uint32_t stream = 1; stream < 3000; stream += 2) {
    frames += frame(NGHTTP2_HEADERS, NGHTTP2_FLAG_END_HEADERS | NGHTTP2_FLAG_END_STREAM, stream, kGet) +
              frame(NGHTTP2_RST_STREAM, 0, stream, std::string("\0\0\0\x8", 4));
  }
  CHECK(error_after(frames) == NGHTTP2_ENHANCE_YOUR_CALM);
}

TEST_CASE("floods of HTTP/2 frames that bring nothing end their connection") {
  CHECK(error_after(repeated(frame(NGHTTP2_PING, 0, 0, "12345678"), 2000)) == NGHTTP2_ENHANCE_YOUR_CALM);
  CHECK(error_after(repeated(frame(NGHTTP2_SETTINGS, 0, 0, ""), 2000)) == NGHTTP2_ENHANCE_YOUR_CALM);
  CHECK(error_after(repeated(frame(NGHTTP2_PRIORITY, 0, 1, std::string("\0\0\0\x3\x1", 5)), 2000)) ==
        NGHTTP2_ENHANCE_YOUR_CALM);
  CHECK(error_after(frame(NGHTTP2_HEADERS, NGHTTP2_FLAG_END_HEADERS, 1, kGet) +
                    repeated(frame(NGHTTP2_DATA, 0, 1, ""), 2000)) == NGHTTP2_ENHANCE_YOUR_CALM);
  RunningRouter router;
  Client continuing(router.port());
  continuing.send(kPreface + frame(NGHTTP2_HEADERS, 0, 1, kGet) + repeated(frame(NGHTTP2_CONTINUATION, 0, 1, ""), 50));
  continuing.read_to_end();
  CHECK(continuing.closed_by_peer());
}

TEST_CASE("an HTTP/2 connection on which nothing is asked is closed in time") {
  Settings settings;
  settings.timeouts.keep_alive = Milliseconds(30);
  Site site(nullptr, Json::object(), settings);
  CHECK(site.client.wait(site.client.request("GET", "/")).status == 503);
  CHECK_FALSE(site.client.until([] { return false; }));
  CHECK(site.client.told_to_go());
  CHECK(site.client.go_error() == NGHTTP2_NO_ERROR);
}

TEST_CASE("a router asked to stop tells HTTP/2 clients, finishes what they asked and closes") {
  std::atomic<bool> go = false;
  Upstream upstream([&](Client& client) {
    client.read_message();
    eventually([&] { return go.load(); });
    client.send(ok("whole"));
  });
  Site site(&upstream);
  const std::int32_t stream = site.client.request("GET", "/");
  REQUIRE(eventually([&] { return upstream.connections() == 1; }));
  std::jthread stopper([&] { site.router.stop(); });
  CHECK(site.client.until([&] { return site.client.told_to_go() && site.client.last_served() == stream; }));
  go = true;
  CHECK(site.client.wait(stream).body == "whole");
  CHECK_FALSE(site.client.until([] { return false; }));
}

}  // namespace penstock::router::test
