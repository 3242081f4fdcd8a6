#include "base/unix_socket.h"
#include "runtime/router/http/websocket_frames.h"
#include "support/eventually.h"
#include "unit/runtime/router/test_support.h"

#include <catch2/catch.hpp>

#include <future>

namespace penstock::router::test {

using Catch::Contains;
using penstock::test::eventually;

namespace {

const std::string kRequest = "GET / HTTP/1.1\r\nHost: site.test\r\n\r\n";
const std::string kUpgrade =
    "GET /ws HTTP/1.1\r\nHost: site.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: k\r\n\r\n";
const std::string kUpgraded =
    "HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";

Json drain_order(const Upstream& upstream, int requests_ms, int streams_ms) {
  return {
      {"op", "drain"}, {"addresses", {upstream.address()}}, {"requests_ms", requests_ms}, {"streams_ms", streams_ms}};
}

// Has begun when this returns: all loops answer what is asked later, and were told before.
std::future<Json> drain(RunningRouter& router, const Upstream& upstream, int requests_ms, int streams_ms) {
  const auto connection = std::make_shared<Client>(connect_unix(router.directory() / "control"));
  connection->send(drain_order(upstream, requests_ms, streams_ms).dump() + "\n");
  router.control({{"op", "stats"}});
  return std::async(std::launch::async,
                    [connection] { return Json::parse(connection->read_until("\n")).at("report"); });
}

bool is_over(const std::future<Json>& answer) {
  return answer.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
}

Json report(int finished, int closed, int cut) {
  return {{"finished", finished}, {"closed", closed}, {"cut", cut}};
}

// An application that has taken `expected` requests and answers them once it is told to.
class Slow {
 public:
  explicit Slow(std::string answer) : answer_(std::move(answer)) {}
  ~Slow() { go(); }

  void go() {
    if (!std::exchange(told_, true)) go_.set_value();
  }
  int taken() const { return taken_; }
  Upstream& upstream() { return upstream_; }

 private:
  const std::string answer_;
  bool told_ = false;
  std::promise<void> go_;
  std::shared_future<void> may_go_{go_.get_future()};
  std::atomic<int> taken_ = 0;
  Upstream upstream_{[this](Client& client) {
    while (!client.read_message().empty()) {
      ++taken_;
      may_go_.wait();
      client.send(answer_);
    }
  }};
};

// An application whose clients stay connected: it sends `opening` and then waits for the end.
Upstream endless(std::string opening, std::promise<std::string>* rest = nullptr) {
  return Upstream([opening = std::move(opening), rest](Client& client) {
    client.read_until("\r\n\r\n");
    client.send(opening);
    const std::string received = client.read_to_end();
    if (rest != nullptr) rest->set_value(received);
  });
}

}  // namespace

TEST_CASE("a drain with nothing under way is over at once") {
  const auto upstream = Upstream::answering([](const std::string&) { return ok("done"); });
  RunningRouter router;
  router.serve("site.test", {upstream->address()});
  CHECK(body_of(get(router.port(), "site.test", "/")) == "done");
  CHECK(router.control(drain_order(*upstream, 60000, 60000)).at("report") == report(0, 0, 0));
}

TEST_CASE("a drain waits for the requests under way, which get their answers while new ones go elsewhere") {
  Slow old_release(ok("old"));
  const auto new_release = Upstream::answering([](const std::string&) { return ok("new"); });
  RunningRouter router;
  router.serve("site.test", {old_release.upstream().address()});
  std::vector<Client> clients;
  for (int i = 0; i < 5; ++i) clients.emplace_back(router.port()).send(kRequest);
  REQUIRE(eventually([&] { return old_release.taken() == 5; }));
  router.serve("site.test", {new_release->address()});
  auto drained = drain(router, old_release.upstream(), 60000, 60000);
  CHECK(body_of(get(router.port(), "site.test", "/")) == "new");
  CHECK_FALSE(is_over(drained));
  old_release.go();
  for (Client& client : clients) CHECK(body_of(client.read_message()) == "old");
  CHECK(drained.get() == report(5, 0, 0));
  CHECK(body_of(clients[0].send(kRequest).read_message()) == "new");
}

TEST_CASE("a request that takes longer than the limit is cut, with an answer when it has none yet") {
  Slow application(ok("late"));
  RunningRouter router;
  router.serve("site.test", {application.upstream().address()});
  Client client(router.port());
  client.send(kRequest);
  REQUIRE(eventually([&] { return application.taken() == 1; }));
  CHECK(drain(router, application.upstream(), 20, 60000).get() == report(0, 0, 1));
  CHECK(status_of(client.read_message()) == 503);
}

TEST_CASE("an event stream ends properly when its time is over, and the connection serves on") {
  Upstream upstream = endless(
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n8\r\ndata: 1\n\r\n");
  const auto new_release = Upstream::answering([](const std::string&) { return ok("new"); });
  RunningRouter router;
  router.serve("site.test", {upstream.address()});
  Client client(router.port());
  client.send(kRequest).read_until("data: 1\n");
  router.serve("site.test", {new_release->address()});
  CHECK(drain(router, upstream, 60000, 0).get() == report(0, 1, 0));
  CHECK(client.read_bytes(7) == "\r\n0\r\n\r\n");
  CHECK(body_of(client.send(kRequest).read_message()) == "new");
}

TEST_CASE("a WebSocket has the whole time, then both sides are told that the server goes away") {
  std::promise<std::string> rest;
  Upstream upstream = endless(kUpgraded, &rest);
  RunningRouter router;
  router.serve("site.test", {upstream.address()});
  Client client(router.port());
  client.send(kUpgrade).read_until("\r\n\r\n");
  auto drained = drain(router, upstream, 60000, 300);
  client.send("\x81\x80____");  // still passed
  CHECK(drained.wait_for(std::chrono::milliseconds(200)) == std::future_status::timeout);
  CHECK(drained.get() == report(0, 1, 0));
  CHECK(client.read_to_end() == going_away_frame(false));
  CHECK(rest.get_future().get() == "\x81\x80____" + going_away_frame(true));
}

TEST_CASE("a WebSocket in the middle of a frame is cut") {
  Upstream upstream = endless(kUpgraded + "\x81\x05hel");
  RunningRouter router;
  router.serve("site.test", {upstream.address()});
  Client client(router.port());
  client.send(kUpgrade).read_until("hel");
  CHECK(drain(router, upstream, 60000, 0).get() == report(0, 0, 1));
  CHECK(client.closed_by_peer());
}

TEST_CASE("a drain covers the connections of all threads") {
  Slow application(ok("done"));
  Settings settings;
  settings.threads = 3;
  RunningRouter router(settings);
  router.serve("site.test", {application.upstream().address()});
  std::vector<Client> clients;
  for (int i = 0; i < 30; ++i) clients.emplace_back(router.port()).send(kRequest);
  REQUIRE(eventually([&] { return application.taken() == 30; }));
  CHECK(drain(router, application.upstream(), 0, 0).get() == report(0, 0, 30));
}

TEST_CASE("a request that becomes an event stream when those have been closed is closed too") {
  Slow application("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
  RunningRouter router;
  router.serve("site.test", {application.upstream().address()});
  Client client(router.port());
  client.send(kRequest);
  REQUIRE(eventually([&] { return application.taken() == 1; }));
  auto drained = drain(router, application.upstream(), 60000, 0);
  application.go();
  CHECK_THAT(client.read_until("0\r\n\r\n"), Contains("text/event-stream"));
  CHECK(drained.get() == report(0, 1, 0));
}

TEST_CASE("frames of a WebSocket are followed however they arrive in pieces") {
  const std::string small(
      "\x81\x03"
      "abc",
      5);
  const std::string masked("\x82\x82mask!!", 8);
  const std::string medium = std::string("\x82\x7e\x01\x00", 4) + std::string(256, 'x');
  const std::string large = std::string("\x82\x7f\0\0\0\0\0\x01\0\0", 10) + std::string(65536, 'x');
  const std::size_t step = GENERATE(1, 2, 3, 7, 100000);
  WebSocketFrames frames;
  for (const std::string& frame : {small, masked, medium, large, going_away_frame(true), going_away_frame(false)}) {
    for (std::size_t at = 0; at < frame.size(); at += step) {
      CHECK((at == 0) == frames.between_frames());
      frames.pass(std::string_view(frame).substr(at, step));
    }
    CHECK(frames.between_frames());
  }
}

}  // namespace penstock::router::test
