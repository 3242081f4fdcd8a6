#include "support/eventually.h"
#include "unit/runtime/router/test_support.h"

#include <catch2/catch.hpp>

namespace penstock::router::test {

using Catch::Contains;
using penstock::test::eventually;

namespace {

const Json kHeld = {{"hold", {{"active", true}}}};

bool waiting(RunningRouter& router, int count) {
  return eventually([&] { return router.report("env")["waiting"] == count; });
}

}  // namespace

TEST_CASE("requests wait while an environment is held and are answered in the order they came") {
  Synchronized<std::vector<std::string>> order;
  const auto upstream = Upstream::answering([&](const std::string& request) {
    order.lock()->push_back(request.substr(0, request.find(" HTTP")));
    return ok("new");
  });
  RunningRouter router;
  router.serve("site.test", {}, kHeld);
  std::vector<Client> clients;
  for (int i = 0; i < 5; ++i) {
    clients.emplace_back(router.port()).send("GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: site.test\r\n\r\n");
    REQUIRE(waiting(router, i + 1));
  }
  router.serve("site.test", {upstream->address()});
  for (Client& client : clients) CHECK(body_of(client.read_message()) == "new");
  CHECK(order.lock()->size() == 5);
  const Json report = router.report("env");
  CHECK(report["held"] == 5);
  CHECK(report["released"] == 5);
  CHECK(report["refused"] == 0);
  CHECK(report["longest_hold_ms"] >= 0);
}

TEST_CASE("a held request with a body is sent whole once it is released") {
  const auto upstream = Upstream::answering([](const std::string& request) { return ok(body_of(request)); });
  RunningRouter router;
  router.serve("site.test", {}, kHeld);
  Client client(router.port());
  client.send("PUT / HTTP/1.1\r\nHost: site.test\r\nContent-Length: 6\r\n\r\nabc");
  REQUIRE(waiting(router, 1));
  client.send("def");
  router.serve("site.test", {upstream->address()});
  CHECK(body_of(client.read_message()) == "abcdef");
}

TEST_CASE("methods that are not idempotent are refused while held, with the time to try again") {
  RunningRouter router;
  router.serve("site.test", {}, kHeld);
  const std::string response =
      Client(router.port()).send("POST / HTTP/1.1\r\nHost: site.test\r\nContent-Length: 3\r\n\r\nabc").read_to_end();
  CHECK(status_of(response) == 503);
  CHECK_THAT(response, Contains("Retry-After: "));
  CHECK(router.report("env")["refused"] == 1);
}

TEST_CASE("an environment may hold all methods") {
  const auto upstream = Upstream::answering([](const std::string& request) { return ok(body_of(request)); });
  RunningRouter router;
  router.serve("site.test", {}, {{"hold", {{"active", true}, {"all", true}}}});
  Client client(router.port());
  client.send("POST / HTTP/1.1\r\nHost: site.test\r\nContent-Length: 3\r\n\r\nabc");
  REQUIRE(waiting(router, 1));
  router.serve("site.test", {upstream->address()});
  CHECK(body_of(client.read_message()) == "abc");
}

TEST_CASE("a request is held no longer than the limit") {
  RunningRouter router;
  router.serve("site.test", {}, {{"hold", {{"active", true}, {"timeout_s", 0}}}});
  CHECK(status_of(get(router.port(), "site.test", "/")) == 504);
  CHECK(router.report("env")["timed_out"] == 1);
}

TEST_CASE("no more requests are held than the limits allow") {
  RunningRouter router;
  router.serve("site.test", {}, {{"hold", {{"active", true}, {"max_requests", 1}}}});
  Client first(router.port());
  first.send("GET / HTTP/1.1\r\nHost: site.test\r\n\r\n");
  REQUIRE(waiting(router, 1));
  CHECK(status_of(get(router.port(), "site.test", "/")) == 503);
  router.serve("site.test", {}, {{"hold", {{"active", true}, {"max_bytes", 10}}}});
  CHECK(status_of(get(router.port(), "site.test", "/")) == 503);
  CHECK(router.report("env")["refused"] == 2);
}

TEST_CASE("a client that hangs up leaves the queue, and with a body half sent too") {
  RunningRouter router;
  router.serve("site.test", {}, kHeld);
  for (const std::string body : {"", "Content-Length: 10\r\n"}) {
    Client client(router.port());
    client.send("PUT / HTTP/1.1\r\nHost: site.test\r\n" + body + "\r\n");
    REQUIRE(waiting(router, 1));
    if (!body.empty()) client.send("half");
    client.close();
    CHECK(waiting(router, 0));
  }
  CHECK(router.report("env")["abandoned"] == 2);
}

TEST_CASE("a release does not stampede the application") {
  std::atomic<int> at_once = 0;
  std::atomic<int> most = 0;
  std::atomic<bool> go = false;
  Upstream upstream([&](Client& client) {
    client.read_message();
    most = std::max<int>(most, ++at_once);
    eventually([&] { return go.load(); });
    --at_once;
    client.send(ok("x"));
  });
  RunningRouter router;
  router.serve("site.test", {}, kHeld);
  std::vector<Client> clients;
  constexpr int kClients = 60;
  for (int i = 0; i < kClients; ++i) {
    clients.emplace_back(router.port()).send("GET / HTTP/1.1\r\nHost: site.test\r\n\r\n");
  }
  REQUIRE(waiting(router, kClients));
  router.serve("site.test", {upstream.address()});
  REQUIRE(eventually([&] { return at_once >= 32; }));
  CHECK(most < kClients);
  go = true;
  for (Client& client : clients) CHECK(status_of(client.read_message()) == 200);
}

TEST_CASE("an environment removed while held answers those who wait") {
  RunningRouter router;
  router.serve("site.test", {}, kHeld);
  Client client(router.port());
  client.send("GET / HTTP/1.1\r\nHost: site.test\r\n\r\n");
  REQUIRE(waiting(router, 1));
  router.control({{"op", "remove"}, {"environment", "env"}});
  CHECK(status_of(client.read_message()) == 404);
}

TEST_CASE("what the application breaks off during a hold is counted") {
  Upstream upstream([](Client& client) {
    client.read_message();
    client.read_until("never");
  });
  RunningRouter router;
  router.serve("site.test", {upstream.address()});
  Client client(router.port());
  client.send("GET / HTTP/1.1\r\nHost: site.test\r\n\r\n");
  REQUIRE(eventually([&] { return upstream.connections() == 1; }));
  router.serve("site.test", {}, kHeld);
  upstream.hang_up();
  CHECK(status_of(client.read_message()) == 502);
  CHECK(router.report("env")["cut"] == 1);
}

}  // namespace penstock::router::test
