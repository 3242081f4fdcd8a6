#include "support/eventually.h"
#include "unit/runtime/router/test_support.h"

#include <catch2/catch.hpp>

#include <sys/socket.h>

namespace penstock::router::test {

using Catch::Contains;
using penstock::test::eventually;

namespace {

const std::string kHead = "POST / HTTP/1.1\r\nHost: site.test\r\n";
const std::string kHidden = "GET /hidden HTTP/1.1\r\nHost: site.test\r\n\r\n";
const std::string kGet = "GET / HTTP/1.1\r\nHost: site.test\r\n\r\n";

std::string chunked(const std::string& body) {
  return kHead + "Transfer-Encoding: chunked\r\n\r\n" + body;
}

// Each would hide a request from a proxy that reads it otherwise than the application.
std::vector<std::string> smugglers() {
  return {
      kHead + "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + kHidden,
      kHead + "Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\n" + kHidden,
      kHead + "Content-Length: 0\r\nContent-Length: 44\r\n\r\n" + kHidden,
      kHead + "Content-Length: 0, 44\r\n\r\n" + kHidden,
      kHead + "Content_Length: 44\r\n\r\n" + kHidden,
      kHead + "Content-Length : 44\r\n\r\n" + kHidden,
      kHead + "Content-Length\t: 44\r\n\r\n" + kHidden,
      kHead + "Content-Length: 4 4\r\n\r\n" + kHidden,
      kHead +
          "Content-Length:\x0b"
          "44\r\n\r\n" +
          kHidden,
      kHead + "Transfer_Encoding: chunked\r\n\r\n0\r\n\r\n" + kHidden,
      kHead + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + kHidden,
      kHead + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + kHidden,
      kHead + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" + kHidden,
      kHead + "Transfer-Encoding: identity, chunked\r\n\r\n0\r\n\r\n" + kHidden,
      kHead + "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + kHidden,
      kHead + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n" + kHidden,
      kHead +
          "Transfer-Encoding: \x0b"
          "chunked\r\n\r\n0\r\n\r\n" +
          kHidden,
      kHead + "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n" + kHidden,
      kHead + "Transfer-Encoding: chunked;q=1\r\n\r\n0\r\n\r\n" + kHidden,
      kHead + "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n" + kHidden,
      kHead + "X: a\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + kHidden,
      kHead + "X: a\rTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + kHidden,
      kHead + std::string("X: a\0Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 40) + kHidden,
      "POST / HTTP/1.0\r\nHost: site.test\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + kHidden,
      "GET / HTTP/1.1\r\nHost: site.test\r\n\tContent-Length: 44\r\n\r\n" + kHidden,
      "GET / HTTP/1.1\r\nHost: site.test\r\nHost: other.test\r\n\r\n" + kHidden,
      "GET / HTTP/1.1 \r\nHost: site.test\r\n\r\n" + kHidden,
      "GET /\tHTTP/1.1\r\nHost: site.test\r\n\r\n" + kHidden,
      "GET / HTTP/1.1\r\rHost: site.test\r\n\r\n" + kHidden,
  };
}

// Each begins as a body should and goes on as none may.
std::vector<std::string> bad_chunks() {
  return {
      "5\r\nhello0\r\n\r\n",
      "5\r\nhello\n0\r\n\r\n",
      "5\r\nhello\r0\r\n\r\n",
      "5\nhello\r\n0\r\n\r\n",
      "5\r\nhello\r\n0\n\n",
      "+5\r\nhello\r\n0\r\n\r\n",
      " 5\r\nhello\r\n0\r\n\r\n",
      "5 5\r\nhello\r\n0\r\n\r\n",
      "0x5\r\nhello\r\n0\r\n\r\n",
      "5g\r\nhello\r\n0\r\n\r\n",
      "\r\nhello\r\n0\r\n\r\n",
      "10000000000000005\r\nhello\r\n0\r\n\r\n",
      "fffffffffffffff0\r\nhello\r\n0\r\n\r\n",
      "5;" + std::string(20'000, 'x') + "\r\nhello\r\n0\r\n\r\n",
      "5;a\x01\r\nhello\r\n0\r\n\r\n",
      "0\r\nTrailer: a\nb: c\r\n\r\n",
      "0\r\nTrailer: " + std::string(20'000, 'x') + "\r\n\r\n",
  };
}

// An application that writes down the first line of all it gets.
class Recorder {
 public:
  Recorder() {
    upstream_ = Upstream::answering([this](const std::string& request) {
      seen_.lock()->push_back(request.substr(0, request.find("\r\n")));
      return ok("x");
    });
  }

  std::string address() const { return upstream_->address(); }
  std::vector<std::string> seen() { return *seen_.lock(); }

 private:
  Synchronized<std::vector<std::string>> seen_;
  std::unique_ptr<Upstream> upstream_;
};

}  // namespace

TEST_CASE("no request hides in another") {
  Recorder application;
  RunningRouter router;
  router.serve("site.test", {application.address()});
  for (const std::string& request : smugglers()) {
    INFO(request);
    const int status = status_of(Client(router.port()).send(request).read_to_end());
    CHECK((status == 400 || status == 501));
  }
  CHECK(application.seen().empty());
}

TEST_CASE("what a body of one length leaves over is the next request, not part of the body") {
  const auto upstream = Upstream::answering([](const std::string& request) { return ok(body_of(request)); });
  RunningRouter router;
  router.serve("site.test", {upstream->address()});
  Client client(router.port());
  client.send(kHead + "Content-Length: 3\r\n\r\nabc" + chunked("2;x=y\r\nde\r\n0\r\n\r\n") + kGet);
  CHECK(body_of(client.read_message()) == "abc");
  CHECK(body_of(client.read_message()) == "2\r\nde\r\n0\r\n\r\n");
  CHECK(body_of(client.read_message()).empty());
}

TEST_CASE("a body in bad chunks is refused and its connection closed on both sides") {
  std::atomic<int> whole = 0;
  Upstream upstream([&](Client& client) {
    if (client.read_until("0\r\n\r\n").ends_with("0\r\n\r\n")) ++whole;
  });
  RunningRouter router;
  router.serve("site.test", {upstream.address()});
  for (const std::string& body : bad_chunks()) {
    INFO(body.substr(0, 100));
    CHECK(status_of(Client(router.port()).send(chunked(body)).read_to_end()) == 400);
  }
  upstream.hang_up();
  CHECK(whole == 0);
}

TEST_CASE("the target decides whose site it is, in whatever form") {
  Recorder application;
  RunningRouter router;
  router.serve("site.test", {application.address()});
  const auto ask = [&](const std::string& request) {
    return status_of(Client(router.port()).send(request).read_message());
  };
  CHECK(ask("GET http://site.test/a HTTP/1.1\r\nHost: other.test\r\n\r\n") == 200);
  CHECK(ask("GET HTTP://site.test HTTP/1.1\r\nHost: site.test\r\n\r\n") == 200);
  CHECK(ask("GET http://other.test/ HTTP/1.1\r\nHost: site.test\r\n\r\n") == 404);
  CHECK(ask("GET http://me@site.test/ HTTP/1.1\r\nHost: site.test\r\n\r\n") == 400);
  CHECK(ask("GET http:///a HTTP/1.1\r\nHost: site.test\r\n\r\n") == 400);
  CHECK(ask("GET http:/site.test/a HTTP/1.1\r\nHost: site.test\r\n\r\n") == 400);
  CHECK(ask("GET * HTTP/1.1\r\nHost: site.test\r\n\r\n") == 400);
  CHECK(ask("GET \\a HTTP/1.1\r\nHost: site.test\r\n\r\n") == 400);
  CHECK(ask("GET / HTTP/1.1\r\nHost: site.test, other.test\r\n\r\n") == 400);
  CHECK(ask("GET / HTTP/1.1\r\nHost: site.test@other.test\r\n\r\n") == 400);
  CHECK(application.seen() == std::vector<std::string>{"GET /a HTTP/1.1", "GET / HTTP/1.1"});
}

TEST_CASE("behind a proxy that adds a field of its own, the client is who that field says") {
  const auto upstream = Upstream::answering([](const std::string& request) { return ok(request); });
  Settings settings;
  settings.https = HttpsMode::Proxied;
  RunningRouter router(settings);
  router.serve("site.test", {upstream->address()}, {{"routes", {{{"url", "http://site.test/"}, {"upstream", "app"}}}}});
  const std::string seen =
      get(router.port(), "site.test", "/", "X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-For: 192.0.2.1\r\n");
  CHECK_THAT(seen, Contains("X-Client-IP: 192.0.2.1\r\n") && Contains("X-Forwarded-For: 6.6.6.6, 192.0.2.1\r\n"));
}

TEST_CASE("a head that drips in has no more time than one that does not come") {
  Settings settings;
  settings.timeouts.request_head = Milliseconds(100);
  RunningRouter router(settings);
  Client client(router.port());
  std::atomic<bool> done = false;
  std::jthread dripper([&] {
    client.send("GET / HTTP/1.1\r\nX: ");
    while (!done) {
      client.send("a");
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  });
  CHECK(status_of(client.read_to_end()) == 408);
  done = true;
}

TEST_CASE("a client that never reads keeps its application waiting, not the router's memory filling") {
  constexpr std::size_t kPiece = std::size_t{64} << 10;
  constexpr std::size_t kMost = std::size_t{64} << 20;
  std::atomic<std::size_t> sent = 0;
  std::atomic<bool> cut = false;
  Upstream upstream([&](Client& client) {
    client.read_message();
    client.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(kMost) + "\r\n\r\n");
    const std::string piece(kPiece, 'x');
    while (sent<kMost&& ::send(client.fd(), piece.data(), piece.size(), MSG_NOSIGNAL)> 0) sent += kPiece;
    cut = true;
  });
  Settings settings;
  settings.timeouts.client = Milliseconds(300);
  RunningRouter router(settings);
  router.serve("site.test", {upstream.address()});
  Client client(router.port());
  client.send(kGet);
  REQUIRE(eventually([&] { return cut.load(); }));
  CHECK(sent < kMost / 2);  // the kernel's buffers on both ways
}

TEST_CASE("requests sent ahead without end are answered one by one, and no faster than the client reads") {
  const auto upstream = Upstream::answering([](const std::string&) { return ok(std::string(1000, 'x')); });
  RunningRouter router;
  router.serve("site.test", {upstream->address()});
  Client client(router.port());
  constexpr int kRequests = 5'000;
  std::string flood;
  for (int i = 0; i < kRequests; ++i) flood += kGet;
  std::jthread sender([&] { client.send(flood); });
  for (int i = 0; i < kRequests; ++i) REQUIRE(status_of(client.read_message()) == 200);
}

TEST_CASE("an early end of a request ends it for the application too") {
  std::atomic<bool> ended = false;
  Upstream upstream([&](Client& client) {
    client.read_until("never");
    ended = true;
  });
  RunningRouter router;
  router.serve("site.test", {upstream.address()});
  for (const std::string& part : {kHead + "Content-Length: 9\r\n\r\nabc", chunked("5\r\nab")}) {
    ended = false;
    Client client(router.port());
    client.send(part);
    const int before = upstream.connections();
    REQUIRE(eventually([&] { return upstream.connections() >= before; }));
    ::shutdown(client.fd(), SHUT_WR);
    CHECK(client.closed_by_peer());
    CHECK(eventually([&] { return ended.load(); }));
  }
}

}  // namespace penstock::router::test
