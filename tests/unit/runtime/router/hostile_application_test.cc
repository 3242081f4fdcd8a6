#include "support/eventually.h"
#include "unit/runtime/router/test_support.h"

#include <catch2/catch.hpp>

#include <sys/socket.h>

namespace penstock::router::test {

using Catch::Contains;
using penstock::test::eventually;

namespace {

const std::string kGet = "GET / HTTP/1.1\r\nHost: site.test\r\n\r\n";

// Two programs could read each as different responses.
std::vector<std::string> ambiguous_responses() {
  const std::string start = "HTTP/1.1 200 OK\r\n";
  std::string many;
  for (int i = 0; i < 120; ++i) many += "X: y\r\n";
  return {
      start + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
      start + "Content-Length: 1, 2\r\n\r\nab",
      start + "Content-Length: +1\r\n\r\na",
      start + "Content-Length: 99999999999999999999\r\n\r\na",
      start + "Content_Length: 1\r\n\r\na",
      start + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      start + "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n0\r\n\r\n",
      start + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      start + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
      start + "Transfer_Encoding: chunked\r\n\r\n0\r\n\r\n",
      start + "X: a\nSet-Cookie: b\r\nContent-Length: 0\r\n\r\n",
      start + "X: a\rSet-Cookie: b\r\nContent-Length: 0\r\n\r\n",
      start + "X: a\r\n b\r\nContent-Length: 0\r\n\r\n",
      start + "X : a\r\nContent-Length: 0\r\n\r\n",
      start + std::string("X: a\0b\r\nContent-Length: 0\r\n\r\n", 29),
      start + many + "Content-Length: 0\r\n\r\n",
      start + "X: " + std::string(200'000, 'x') + "\r\n\r\n",
      "HTTP/1.1 200 OK\nSet-Cookie: b\r\nContent-Length: 0\r\n\r\n",
      "HTTP/1.1 200 O\rK\r\nContent-Length: 0\r\n\r\n",
      "HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n",
      "HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n",
      "HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n",
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n",
      "\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
  };
}

}  // namespace

TEST_CASE("an ambiguous response becomes a page that says so") {
  for (const std::string& response : ambiguous_responses()) {
    INFO(response.substr(0, 200));
    const auto upstream = Upstream::answering([&](const std::string&) { return response; });
    RunningRouter router;
    router.serve("site.test", {upstream->address()});
    CHECK(status_of(Client(router.port()).send(kGet).read_message()) == 502);
  }
}

TEST_CASE("what an application sends behind its response reaches nobody") {
  const auto upstream =
      Upstream::answering([](const std::string&) { return ok("good") + ok("forged", "Set-Cookie: a=b\r\n"); });
  RunningRouter router;
  router.serve("site.test", {upstream->address()});
  Client client(router.port());
  for (int i = 0; i < 3; ++i) CHECK(body_of(client.send(kGet).read_message()) == "good");
  CHECK(upstream->connections() == 3);
}

TEST_CASE("what an application sends unasked reaches nobody") {
  std::atomic<bool> go = false;
  std::atomic<bool> closed = false;
  Upstream upstream([&](Client& client) {
    client.read_message();
    client.send(ok("good"));
    if (!eventually([&] { return go.load(); })) return;
    client.send(ok("forged"));
    closed = client.closed_by_peer();
  });
  RunningRouter router;
  router.serve("site.test", {upstream.address()});
  Client client(router.port());
  CHECK(body_of(client.send(kGet).read_message()) == "good");
  go = true;
  REQUIRE(eventually([&] { return closed.load(); }));
  CHECK(body_of(client.send(kGet).read_message()) == "good");
}

TEST_CASE("interim responses without end are cut off") {
  std::atomic<bool> cut = false;
  Upstream upstream([&](Client& client) {
    client.read_message();
    const std::string interim = "HTTP/1.1 103 Early Hints\r\nLink: </" + std::string(1000, 'a') + ">\r\n\r\n";
    while (::send(client.fd(), interim.data(), interim.size(), MSG_NOSIGNAL) > 0) {
    }
    cut = true;
  });
  RunningRouter router;
  router.serve("site.test", {upstream.address()});
  Client client(router.port());
  client.send(kGet);
  CHECK(eventually([&] { return cut.load(); }));
  CHECK_THAT(client.read_until("HTTP/1.1 502 "), Contains("HTTP/1.1 502 "));
}

TEST_CASE("a length is said once, and not where there is no body") {
  const auto upstream = Upstream::answering([](const std::string& request) -> std::string {
    if (request.starts_with("GET /204")) return "HTTP/1.1 204 No Content\r\nContent-Length: 3\r\n\r\n";
    return "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nab";
  });
  RunningRouter router;
  router.serve("site.test", {upstream->address()});
  const std::string twice = get(router.port(), "site.test", "/");
  CHECK(twice.find("Content-Length") == twice.rfind("Content-Length"));
  CHECK(body_of(twice) == "ab");
  CHECK_THAT(get(router.port(), "site.test", "/204"), Contains("204 No Content") && !Contains("Content-Length"));
}

TEST_CASE("a response before the end of its request is passed on, and the connection not used again") {
  Upstream upstream([](Client& client) {
    client.read_until("\r\n\r\n");
    client.send(ok("too much"));
    client.read_until("never");
  });
  RunningRouter router;
  router.serve("site.test", {upstream.address()});
  Client client(router.port());
  client.send("POST / HTTP/1.1\r\nHost: site.test\r\nContent-Length: 1000000\r\n\r\nabc");
  const std::string response = client.read_message();
  CHECK(body_of(response) == "too much");
  CHECK_THAT(response, Contains("Connection: close"));
  CHECK(client.closed_by_peer());
}

}  // namespace penstock::router::test
