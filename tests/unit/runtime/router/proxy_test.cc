#include "support/eventually.h"
#include "unit/runtime/router/test_support.h"

#include <catch2/catch.hpp>
#include <fmt/format.h>

namespace penstock::router::test {

using Catch::Contains;
using penstock::test::eventually;

TEST_CASE("a request reaches the application and its answer the client") {
  const auto upstream = Upstream::answering(
      [](const std::string& request) { return ok(request.substr(0, request.find("\r\n")), "X-App: yes\r\n"); });
  RunningRouter router;
  CHECK(router.serve("site.test", {upstream->address()})["ok"] == true);
  const std::string response = get(router.port(), "site.test", "/a/b?c=d");
  CHECK(status_of(response) == 200);
  CHECK_THAT(response, Contains("X-App: yes\r\n"));
  CHECK(body_of(response) == "GET /a/b?c=d HTTP/1.1");
}

TEST_CASE("every answer says where it comes from, whatever the application says") {
  const auto upstream =
      Upstream::answering([](const std::string&) { return ok("x", "X-Platform-Router: forged\r\n"); });
  Settings settings;
  settings.name = "router-1";
  RunningRouter router(settings);
  router.serve("site.test", {upstream->address()}, {{"cluster", "project-main-abc"}, {"release", "r1"}});
  const auto says = [](const std::string& response) {
    CHECK_THAT(response, Contains("X-Platform-Cluster: project-main-abc\r\n") &&
                             Contains("X-Platform-Processor: r1\r\n") && Contains("X-Platform-Router: router-1\r\n") &&
                             !Contains("forged"));
  };
  says(get(router.port(), "site.test", "/"));
  upstream->hang_up();
  says(get(router.port(), "site.test", "/"));
  CHECK_THAT(get(router.port(), "unknown.test", "/"), !Contains("X-Platform-Cluster"));
}

TEST_CASE("the application is told where a request comes from, whatever the client says") {
  const auto upstream = Upstream::answering([](const std::string& request) { return ok(request); });
  RunningRouter router;
  router.serve("site.test", {upstream->address()});
  const std::string seen =
      body_of(get(router.port(), "site.test", "/",
                  "X-Forwarded-For: 6.6.6.6\r\nx_client_ip: 6.6.6.6\r\nX-Original-Route: forged\r\nForwarded: for=6\r\n"
                  "Connection: X-Secret\r\nX-Secret: 1\r\nTE: trailers\r\nX-Mine: kept\r\n"));
  CHECK_THAT(seen, Contains("\r\nX-Forwarded-For: 127.0.0.1\r\n") && Contains("\r\nX-Client-IP: 127.0.0.1\r\n") &&
                       Contains("\r\nX-Forwarded-Proto: http\r\n") && Contains("\r\nX-Forwarded-Host: site.test\r\n") &&
                       Contains("\r\nX-Original-Route: https://{default}/\r\n") && Contains("\r\nX-Mine: kept\r\n") &&
                       Contains("\r\nHost: site.test\r\n"));
  CHECK_THAT(seen, !Contains("6.6.6.6") && !Contains("forged") && !Contains("X-Secret") && !Contains("TE:") &&
                       !Contains("\r\nConnection:") && !Contains("Forwarded: for"));
}

TEST_CASE("connections are kept on both sides") {
  const auto upstream = Upstream::answering([](const std::string&) { return ok("x"); });
  RunningRouter router;
  router.serve("site.test", {upstream->address()});
  Client client(router.port());
  for (int i = 0; i < 5; ++i) {
    CHECK(status_of(client.send("GET / HTTP/1.1\r\nHost: site.test\r\n\r\n").read_message()) == 200);
  }
  CHECK(upstream->connections() == 1);
}

TEST_CASE("connections to a former application are not used again, also those at work when it changed") {
  std::atomic<bool> go = false;
  Upstream upstream([&](Client& client) {
    for (std::string request = client.read_message(); !request.empty(); request = client.read_message()) {
      if (request.starts_with("GET /slow")) eventually([&] { return go.load(); });
      client.send(ok("x"));
    }
  });
  RunningRouter router;
  router.serve("site.test", {upstream.address()});
  Client slow(router.port());
  slow.send("GET /slow HTTP/1.1\r\nHost: site.test\r\n\r\n");
  REQUIRE(eventually([&] { return upstream.connections() == 1; }));
  CHECK(status_of(get(router.port(), "site.test", "/")) == 200);
  router.serve("site.test", {upstream.address()}, {{"hold", {{"timeout_s", 9}}}});
  go = true;
  CHECK(status_of(slow.read_message()) == 200);
  CHECK(status_of(get(router.port(), "site.test", "/")) == 200);
  CHECK(upstream.connections() == 3);
}

TEST_CASE("pipelined requests are answered in order") {
  const auto upstream =
      Upstream::answering([](const std::string& request) { return ok(request.substr(4, request.find(" HTTP") - 4)); });
  RunningRouter router;
  router.serve("site.test", {upstream->address()});
  Client client(router.port());
  client.send(
      "GET /1 HTTP/1.1\r\nHost: site.test\r\n\r\nGET /2 HTTP/1.1\r\nHost: site.test\r\n\r\n"
      "GET /3 HTTP/1.1\r\nHost: site.test\r\n\r\n");
  for (const std::string path : {"/1", "/2", "/3"}) CHECK(body_of(client.read_message()) == path);
}

TEST_CASE("bodies pass in both directions, with a length and in chunks") {
  const auto upstream = Upstream::answering([](const std::string& request) {
    const std::string body = body_of(request);
    return "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + std::string("4\r\nbody\r\n1;x=y\r\n:\r\n") +
           (body.empty() ? "" : fmt::format("{:x}\r\n{}\r\n", body.size(), body)) + "0\r\n\r\n";
  });
  RunningRouter router;
  router.serve("site.test", {upstream->address()});
  Client client(router.port());
  client.send("POST / HTTP/1.1\r\nHost: site.test\r\nContent-Length: 5\r\n\r\nhello");
  CHECK(body_of(client.read_message()) == "a\r\nbody:hello\r\n0\r\n\r\n");
  client.send(
      "POST / HTTP/1.1\r\nHost: site.test\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
  CHECK_THAT(body_of(client.read_message()), Contains("5\r\nabcde\r\n0\r\n\r\n"));
  const std::string old = Client(router.port()).send("GET / HTTP/1.0\r\nHost: site.test\r\n\r\n").read_to_end();
  CHECK(body_of(old) == "body:");
  CHECK_THAT(old, Contains("Connection: close") && !Contains("Transfer-Encoding"));
}

TEST_CASE("trailers pass in both directions, but for what belongs in a head") {
  const std::string trailers = "0\r\nX-Sum: 1\r\nContent-Length: 3\r\nSet-Cookie: a\r\nX-Forwarded-For: 6\r\n\r\n";
  Upstream upstream([&](Client& client) {
    client.read_until("\r\n\r\n");
    if (client.read_until("\r\n\r\n") != "1\r\nx\r\n0\r\nX-Sum: 1\r\n\r\n") return;
    client.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\ny\r\n" + trailers);
    client.read_to_end();
  });
  RunningRouter router;
  router.serve("site.test", {upstream.address()});
  Client client(router.port());
  client.send("POST / HTTP/1.1\r\nHost: site.test\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n" + trailers);
  CHECK(status_of(client.read_until("\r\n\r\n")) == 200);
  CHECK(client.read_until("\r\n\r\n") == "1\r\ny\r\n0\r\nX-Sum: 1\r\n\r\n");
}

TEST_CASE("an answer that ends with its connection becomes chunks") {
  Upstream upstream([](Client& client) {
    client.read_message();
    client.send("HTTP/1.0 200 OK\r\n\r\nuntil the end");
  });
  RunningRouter router;
  router.serve("site.test", {upstream.address()});
  Client client(router.port());
  CHECK(body_of(client.send("GET / HTTP/1.1\r\nHost: site.test\r\n\r\n").read_message()) ==
        "d\r\nuntil the end\r\n0\r\n\r\n");
  CHECK(body_of(client.send("GET / HTTP/1.1\r\nHost: site.test\r\n\r\n").read_message()) ==
        "d\r\nuntil the end\r\n0\r\n\r\n");
}

TEST_CASE("large bodies pass unharmed while one side is slower than the other") {
  std::string large;
  while (large.size() < (std::size_t{4} << 20)) large += std::to_string(large.size()) + ",";
  const auto upstream = Upstream::answering([](const std::string& request) { return ok(body_of(request)); });
  RunningRouter router;
  router.serve("site.test", {upstream->address()});
  Client client(router.port());
  std::jthread sender([&] {
    client.send("PUT / HTTP/1.1\r\nHost: site.test\r\nContent-Length: " + std::to_string(large.size()) + "\r\n\r\n");
    client.send(large);
  });
  const std::string echoed = body_of(client.read_message());
  CHECK(echoed.size() == large.size());
  CHECK((echoed == large));
}

TEST_CASE("answers without a body leave the connection usable") {
  const auto upstream = Upstream::answering([](const std::string& request) -> std::string {
    if (request.starts_with("HEAD")) return "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n";
    return request.starts_with("GET /304") ? "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n"
                                           : "HTTP/1.1 204 No Content\r\n\r\n";
  });
  RunningRouter router;
  router.serve("site.test", {upstream->address()});
  Client client(router.port());
  const std::string head = client.send("HEAD / HTTP/1.1\r\nHost: site.test\r\n\r\n").read_message(true);
  CHECK_THAT(head, Contains("Content-Length: 1000"));
  CHECK(status_of(client.send("GET /304 HTTP/1.1\r\nHost: site.test\r\n\r\n").read_message(true)) == 304);
  CHECK(status_of(client.send("GET / HTTP/1.1\r\nHost: site.test\r\n\r\n").read_message(true)) == 204);
}

TEST_CASE("interim answers pass before the final one") {
  Upstream upstream([](Client& client) {
    const std::string head = client.read_until("\r\n\r\n");
    if (head.find("Expect: 100-continue") == std::string::npos) return;
    client.send("HTTP/1.1 100 Continue\r\n\r\n");
    const std::string body = client.read_bytes(4);
    client.send("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + ok(body));
  });
  RunningRouter router;
  router.serve("site.test", {upstream.address()});
  Client client(router.port());
  client.send("POST / HTTP/1.1\r\nHost: site.test\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
  CHECK(client.read_until("\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("data");
  CHECK(client.read_until("\r\n\r\n") == "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
  CHECK(body_of(client.read_message()) == "data");
}

TEST_CASE("a WebSocket passes bytes both ways until both sides have ended") {
  Upstream upstream([](Client& client) {
    const std::string head = client.read_until("\r\n\r\n");
    if (head.find("Upgrade: websocket") == std::string::npos) return;
    client.send(
        "HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: x\r\nUpgrade: websocket\r\nConnection: "
        "Upgrade\r\n\r\nhello");
    client.send("<" + client.read_bytes(3) + ">");
  });
  RunningRouter router;
  router.serve("site.test", {upstream.address()});
  Client client(router.port());
  client.send(
      "GET /ws HTTP/1.1\r\nHost: site.test\r\nConnection: keep-alive, Upgrade\r\nUpgrade: "
      "websocket\r\nSec-WebSocket-Key: k\r\n\r\n");
  CHECK_THAT(client.read_until("\r\n\r\n"), Contains("101 Switching Protocols") && Contains("Sec-WebSocket-Accept: x"));
  CHECK(client.read_bytes(5) == "hello");
  CHECK(client.send("abc").read_bytes(5) == "<abc>");
  CHECK(client.closed_by_peer());
}

TEST_CASE("server-sent events arrive one by one") {
  Upstream upstream([](Client& client) {
    client.read_message();
    client.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
    client.send("8\r\ndata: 1\n\r\n");
    client.read_bytes(1);  // nothing: only the end of the connection
  });
  RunningRouter router;
  router.serve("site.test", {upstream.address()});
  Client client(router.port());
  client.send("GET / HTTP/1.1\r\nHost: site.test\r\n\r\n");
  CHECK_THAT(client.read_until("data: 1\n"), Contains("text/event-stream"));
}

TEST_CASE("a kept connection that the application closed is replaced, once, for what may be sent twice") {
  std::atomic<int> served = 0;
  Upstream upstream([&](Client& client) {
    client.read_message();
    client.send(ok(std::to_string(++served)));
    if (served == 1) client.read_bytes(10);  // takes the next request and hangs up without an answer
  });
  RunningRouter router;
  router.serve("site.test", {upstream.address()});
  Client client(router.port());
  CHECK(body_of(client.send("GET / HTTP/1.1\r\nHost: site.test\r\n\r\n").read_message()) == "1");
  CHECK(body_of(client.send("GET / HTTP/1.1\r\nHost: site.test\r\n\r\n").read_message()) == "2");
}

TEST_CASE("what the application does wrong becomes a page that says so") {
  Upstream silent([](Client& client) { client.read_message(); });
  const auto garbage = Upstream::answering([](const std::string&) { return "nonsense\r\n\r\n"; });
  const auto ambiguous = Upstream::answering([](const std::string&) {
    return "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
  });
  RunningRouter router;
  for (const std::string& address : {silent.address(), garbage->address(), ambiguous->address(),
                                     std::string("127.0.0.1:1"), std::string("unix:/nowhere")}) {
    router.serve("site.test", {address});
    CHECK(status_of(get(router.port(), "site.test", "/")) == 502);
  }
  router.serve("site.test", {});
  CHECK(status_of(get(router.port(), "site.test", "/")) == 503);
  CHECK(status_of(get(router.port(), "other.test", "/")) == 404);
}

TEST_CASE("an application that cannot be reached gives way to the next address") {
  const auto upstream = Upstream::answering([](const std::string&) { return ok("here"); });
  RunningRouter router;
  router.serve("site.test", {"127.0.0.1:1", upstream->address()});
  for (int i = 0; i < 4; ++i) CHECK(body_of(get(router.port(), "site.test", "/")) == "here");
}

TEST_CASE("a response that breaks off is not passed on as whole") {
  Upstream upstream([](Client& client) {
    client.read_message();
    client.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab");
  });
  RunningRouter router;
  router.serve("site.test", {upstream.address()});
  CHECK_THAT(get(router.port(), "site.test", "/"), !Contains("0\r\n\r\n"));
}

TEST_CASE("an application that takes too long is given up") {
  Upstream upstream([](Client& client) {
    client.read_message();
    client.read_to_end();
  });
  Settings settings;
  settings.timeouts.response_head = Milliseconds(30);
  RunningRouter router(settings);
  router.serve("site.test", {upstream.address()});
  CHECK(status_of(get(router.port(), "site.test", "/")) == 504);
}

TEST_CASE("slow clients are cut off") {
  Settings settings;
  settings.timeouts.request_head = Milliseconds(30);
  settings.timeouts.keep_alive = Milliseconds(30);
  settings.timeouts.request_body = Milliseconds(30);
  Upstream upstream([](Client& client) { client.read_to_end(); });
  RunningRouter router(settings);
  router.serve("site.test", {upstream.address()});
  CHECK(Client(router.port()).closed_by_peer());
  CHECK(status_of(Client(router.port()).send("GET / HTTP/1.1\r\nHo").read_to_end()) == 408);
  const std::string body = "POST / HTTP/1.1\r\nHost: site.test\r\nContent-Length: 9\r\n\r\nabc";
  CHECK(status_of(Client(router.port()).send(body).read_to_end()) == 408);
}

TEST_CASE("the application's connection ends with the client's") {
  std::atomic<bool> ended = false;
  Upstream upstream([&](Client& client) {
    client.read_message();
    ended = client.closed_by_peer();
  });
  RunningRouter router;
  router.serve("site.test", {upstream.address()});
  Client client(router.port());
  client.send("GET / HTTP/1.1\r\nHost: site.test\r\n\r\n");
  REQUIRE(eventually([&] { return upstream.connections() == 1; }));
  client.close();
  CHECK(eventually([&] { return ended.load(); }));
}

TEST_CASE("sites that search engines shall not find say so") {
  const auto upstream = Upstream::answering([](const std::string&) { return ok("x", "X-Robots-Tag: all\r\n"); });
  RunningRouter router;
  Json entry = environment("site.test", {upstream->address()});
  entry["routes"][0]["restrict_robots"] = true;
  router.control({{"op", "put"}, {"environment", entry}});
  CHECK_THAT(get(router.port(), "site.test", "/"), Contains("X-Robots-Tag: noindex, nofollow") && !Contains("all\r\n"));
}

TEST_CASE("pages are JSON for those who prefer it") {
  RunningRouter router;
  CHECK_THAT(get(router.port(), "x.test", "/"),
             Contains("Content-Type: text/html") && Contains("<h1>Nothing is here</h1>"));
  const std::string json = get(router.port(), "x.test", "/", "Accept: application/json, text/html;q=0.5\r\n");
  CHECK(Json::parse(body_of(json))["status"] == 404);
}

TEST_CASE("a router asked to stop does not wait for ever for what is under way") {
  Upstream slow([](Client& client) {
    client.read_message();
    client.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab");
    client.read_until("never");
  });
  Settings settings;
  settings.timeouts.stop = Milliseconds(50);
  RunningRouter router(settings);
  router.serve("site.test", {slow.address()});
  Client idle(router.port());
  Client busy(router.port());
  busy.send("GET / HTTP/1.1\r\nHost: site.test\r\n\r\n").read_until("ab");
  router.stop();
  CHECK(idle.closed_by_peer());
  CHECK(busy.closed_by_peer());
}

TEST_CASE("a router asked to stop finishes the answers that have begun") {
  std::atomic<bool> go = false;
  Upstream upstream([&](Client& client) {
    client.read_message();
    client.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab");
    eventually([&] { return go.load(); });
    client.send("cd");
  });
  RunningRouter router;
  router.serve("site.test", {upstream.address()});
  Client idle(router.port());
  Client busy(router.port());
  busy.send("GET / HTTP/1.1\r\nHost: site.test\r\n\r\n").read_until("ab");
  std::jthread stopper([&] { router.stop(); });
  CHECK(idle.closed_by_peer());
  go = true;
  CHECK(busy.read_bytes(2) == "cd");
  CHECK(busy.closed_by_peer());
}

}  // namespace penstock::router::test
