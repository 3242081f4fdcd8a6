#include "base/process.h"
#include "support/eventually.h"
#include "unit/runtime/router/test_support.h"
#include "unit/runtime/router/tls_support.h"

#include <catch2/catch.hpp>

namespace penstock::router::test {

using Catch::Contains;
using penstock::test::eventually;

namespace {

Settings with_metrics() {
  Settings settings;
  settings.metrics = "127.0.0.1:0";
  settings.threads = 2;
  return settings;
}

std::string metrics(const RunningRouter& router) {
  return body_of(get(router.metrics_port(), "localhost", "/metrics"));
}

}  // namespace

TEST_CASE("metrics count requests by environment, protocol and status, over all loops") {
  const auto upstream = Upstream::answering([](const std::string& request) {
    return request.starts_with("GET /bad") ? "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n" : ok("12345");
  });
  RunningRouter router(with_metrics());
  router.serve("site.test", {upstream->address()});
  for (int i = 0; i < 10; ++i) get(router.port(), "site.test", "/");
  get(router.port(), "site.test", "/bad");
  get(router.port(), "unknown.test", "/");
  Client(router.port()).send("GET / HTTP/1.0\r\nHost: site.test\r\n\r\n").read_to_end();
  const std::string text = metrics(router);
  CHECK_THAT(text, Contains("requests_total{environment=\"env\",protocol=\"1.1\",status=\"2xx\"} 10\n") &&
                       Contains("requests_total{environment=\"env\",protocol=\"1.1\",status=\"4xx\"} 1\n") &&
                       Contains("requests_total{environment=\"env\",protocol=\"1.0\",status=\"2xx\"} 1\n") &&
                       Contains("requests_total{environment=\"\",protocol=\"1.1\",status=\"4xx\"} 1\n") &&
                       Contains("request_duration_seconds_count{environment=\"env\"} 12\n") &&
                       Contains("response_bytes_total{environment=\"env\"} 55\n") &&
                       Contains("connections_total 13\n") && Contains("loop_busy_seconds_total{loop=\"1\"}"));
}

TEST_CASE("metrics count bodies that came, handshakes, and what the cache did") {
  const auto upstream =
      Upstream::answering([](const std::string&) { return ok("12345", "Cache-Control: max-age=60\r\n"); });
  Settings settings = tls_settings();
  settings.metrics = "127.0.0.1:0";
  RunningRouter router(settings);
  Json entry = environment("site.test", {upstream->address()});
  entry["routes"][0]["cache"] = Json::object();
  router.control({{"op", "put"}, {"environment", entry}});
  const TlsClientOptions options{.host = "site.test"};
  for (int i = 0; i < 3; ++i) get_by_tls(router.tls_port(), options, "/");
  get_by_tls(router.tls_port(), options, "/", "Cookie: a=b\r\n");
  TlsClient(router.tls_port(), options)
      .send("POST / HTTP/1.1\r\nHost: site.test\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello")
      .read_to_end();
  Client(router.tls_port()).send("GET / HTTP/1.1\r\n\r\n").read_to_end();
  CHECK_THAT(metrics(router), Contains("request_bytes_total{environment=\"env\"} 5\n") &&
                                  Contains("cache_requests_total{environment=\"env\",result=\"hit\"} 2\n") &&
                                  Contains("cache_requests_total{environment=\"env\",result=\"miss\"} 1\n") &&
                                  Contains("cache_requests_total{environment=\"env\",result=\"bypass\"} 2\n") &&
                                  Contains("tls_handshakes_total{result=\"established\"} 5\n") &&
                                  Contains("tls_handshakes_total{result=\"failed\"} 1\n"));
}

TEST_CASE("metrics count what is held, also by earlier holds, and for how long") {
  const auto upstream = Upstream::answering([](const std::string&) { return ok("x"); });
  RunningRouter router(with_metrics());
  for (int round = 0; round < 2; ++round) {
    router.serve("site.test", {}, {{"hold", {{"active", true}}}});
    Client client(router.port());
    client.send("GET / HTTP/1.1\r\nHost: site.test\r\n\r\n");
    REQUIRE(eventually([&] { return router.report("env")["waiting"] == 1; }));
    CHECK_THAT(metrics(router), Contains("waiting_requests{environment=\"env\"} 1\n"));
    Client(router.port()).send("POST / HTTP/1.0\r\nHost: site.test\r\nContent-Length: 0\r\n\r\n").read_to_end();
    router.serve("site.test", {upstream->address()});
    CHECK(status_of(client.read_message()) == 200);
  }
  CHECK_THAT(metrics(router), Contains("held_requests_total{environment=\"env\"} 2\n") &&
                                  Contains("released_requests_total{environment=\"env\"} 2\n") &&
                                  Contains("refused_requests_total{environment=\"env\"} 2\n") &&
                                  Contains("waiting_requests{environment=\"env\"} 0\n") &&
                                  Contains("hold_duration_seconds_count{environment=\"env\"} 2\n") &&
                                  Contains("requests_total{environment=\"env\",protocol=\"1.1\",status=\"2xx\"} 2\n"));
}

TEST_CASE("metrics count applications that fail, and clients that went away") {
  Upstream upstream([](Client& client) {
    const std::string request = client.read_message();
    if (request.starts_with("GET /wait")) client.read_until("never");
  });
  RunningRouter router(with_metrics());
  router.serve("site.test", {upstream.address()});
  CHECK(status_of(get(router.port(), "site.test", "/")) == 502);
  {
    Client client(router.port());
    client.send("GET /wait HTTP/1.1\r\nHost: site.test\r\n\r\n");
    REQUIRE(eventually([&] { return upstream.connections() == 2; }));
  }
  CHECK(eventually([&] {
    return metrics(router).find("environment=\"env\",protocol=\"1.1\",status=\"none\"} 1\n") != std::string::npos;
  }));
  CHECK_THAT(metrics(router), Contains("upstream_failures_total{environment=\"env\"} 1\n"));
}

TEST_CASE("promtool finds nothing to complain about in the metrics") {
  const auto upstream = Upstream::answering([](const std::string&) { return ok("x"); });
  RunningRouter router(with_metrics());
  router.serve("site.test", {}, {{"hold", {{"active", true}, {"timeout_s", 0}}}});
  get(router.port(), "site.test", "/");
  router.serve("site.test", {upstream->address()});
  get(router.port(), "site.test", "/");
  const CommandResult result = run_command({.process = {.argv = {"promtool", "check", "metrics"},
                                                        .environment = {},
                                                        .directory = {},
                                                        .user = {},
                                                        .inherited_fds = {}},
                                            .input = metrics(router)});
  CHECK(result.status.success());
  CHECK(result.out + result.err == "");
}

}  // namespace penstock::router::test
