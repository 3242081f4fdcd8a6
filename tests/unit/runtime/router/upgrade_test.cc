#include "base/error.h"
#include "base/process.h"
#include "base/unix_socket.h"
#include "runtime/router/loop/listening_sockets.h"
#include "runtime/router/upgrade/inheritance.h"
#include "runtime/router/upgrade/successor.h"
#include "support/eventually.h"
#include "unit/runtime/router/test_support.h"

#include <catch2/catch.hpp>

#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <future>

namespace penstock::router::test {

using Catch::Contains;
using penstock::test::eventually;

namespace {

const std::string kGet = "GET / HTTP/1.1\r\nHost: site.test\r\n\r\n";
const Json kHeld = {{"hold", {{"active", true}}}};

// Routers that follow each other on one control socket.
class Line {
 public:
  Line() {
    settings_.state_dir = directory_.path() / "state";
    settings_.control = directory_.path() / "control";
    settings_.take_over = true;
    settings_.threads = 2;
  }

  RunningRouter& next(std::size_t threads = 2) {
    settings_.threads = threads;
    return *routers_.emplace_back(std::make_unique<RunningRouter>(settings_));
  }
  const std::filesystem::path& control() const { return settings_.control; }

 private:
  TemporaryDirectory directory_;
  Settings settings_;
  std::vector<std::unique_ptr<RunningRouter>> routers_;
};

bool waiting(RunningRouter& router, int count) {
  return eventually([&] { return router.report("env")["waiting"] == count; });
}

}  // namespace

TEST_CASE("a new router takes over the sockets, and those who are connected are asked to come again") {
  const auto upstream = Upstream::answering([](const std::string& request) { return ok(body_of(request)); });
  Line line;
  RunningRouter& old = line.next();
  old.serve("site.test", {upstream->address()});
  Client kept(old.port());
  CHECK_THAT(kept.send(kGet).read_message(), !Contains("Connection: close"));
  RunningRouter& fresh = line.next();
  CHECK(fresh.port() == old.port());
  REQUIRE(eventually([&] { return fresh.control({{"op", "stats"}})["stats"]["open_connections"] == 1; }));
  CHECK_FALSE(old.ended());
  CHECK(status_of(get(fresh.port(), "site.test", "/")) == 200);
  const std::string last =
      kept.send("POST / HTTP/1.1\r\nHost: site.test\r\nContent-Length: 3\r\n\r\nabc").read_message();
  CHECK_THAT(last, Contains("Connection: close") && Contains("abc"));
  CHECK(kept.closed_by_peer());
  kept.close();
  CHECK(eventually([&] { return old.ended(); }));
  CHECK(status_of(get(fresh.port(), "site.test", "/")) == 200);
}

TEST_CASE("requests that a router holds when another takes over are let go as the other is told") {
  const auto upstream = Upstream::answering([](const std::string&) { return ok("new"); });
  Line line;
  RunningRouter& old = line.next();
  old.serve("site.test", {}, kHeld);
  Client client(old.port());
  client.send(kGet);
  REQUIRE(waiting(old, 1));
  RunningRouter& fresh = line.next();
  Client other(fresh.port());
  other.send(kGet);
  REQUIRE(waiting(fresh, 2));
  fresh.serve("site.test", {upstream->address()});
  CHECK(body_of(client.read_message()) == "new");
  CHECK(body_of(other.read_message()) == "new");
  client.close();
  REQUIRE(eventually([&] { return old.ended(); }));
  const Json report = fresh.report("env");
  CHECK(report["held"] == 2);
  CHECK(report["released"] == 2);
  CHECK(report["waiting"] == 0);
}

TEST_CASE("a hold that begins after another router took over is also one for those connected to the former") {
  const auto upstream = Upstream::answering([](const std::string&) { return ok("x"); });
  Line line;
  RunningRouter& old = line.next();
  old.serve("site.test", {upstream->address()});
  Client client(old.port());
  client.send(kGet).read_message();
  RunningRouter& fresh = line.next();
  fresh.serve("site.test", {}, kHeld);
  client.send(kGet);
  REQUIRE(waiting(fresh, 1));
  CHECK_FALSE(old.ended());
  fresh.serve("site.test", {upstream->address()});
  CHECK(status_of(client.read_message()) == 200);
}

TEST_CASE("a drain waits for requests of the former router too, and keeps nobody from changing the table") {
  std::atomic<bool> go = false;
  const auto upstream = Upstream::answering([&](const std::string&) {
    eventually([&] { return go.load(); });
    return ok("whole");
  });
  Line line;
  RunningRouter& old = line.next();
  old.serve("site.test", {upstream->address()});
  Client client(old.port());
  client.send(kGet);
  REQUIRE(eventually([&] { return upstream->connections() == 1; }));
  RunningRouter& fresh = line.next();
  Client control(connect_unix(line.control()));
  control.send(
      Json{{"op", "drain"}, {"addresses", {upstream->address()}}, {"requests_ms", 30'000}, {"streams_ms", 30'000}}
          .dump() +
      "\n");
  CHECK(fresh.serve("site.test", {})["ok"] == true);
  go = true;
  CHECK(body_of(client.read_message()) == "whole");
  const Json answer = Json::parse(control.read_until("\n"));
  CHECK(answer["report"]["finished"] == 1);
  CHECK(answer["report"]["cut"] == 0);
}

TEST_CASE("a connection that a response of before promised to keep is kept for one more request") {
  std::atomic<bool> go = false;
  Upstream upstream([&](Client& client) {
    for (std::string request = client.read_message(); !request.empty(); request = client.read_message()) {
      client.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\na");
      eventually([&] { return go.load(); });
      client.send("b");
    }
  });
  Line line;
  RunningRouter& old = line.next();
  old.serve("site.test", {upstream.address()});
  Client client(old.port());
  CHECK_THAT(client.send(kGet).read_until("\r\n\r\n"), !Contains("Connection: close"));
  RunningRouter& fresh = line.next();
  REQUIRE(eventually([&] { return fresh.control({{"op", "stats"}})["stats"]["open_connections"] == 1; }));
  go = true;
  CHECK(client.read_bytes(2) == "ab");
  const std::string last = client.send(kGet).read_message();
  CHECK(body_of(last) == "ab");
  CHECK_THAT(last, Contains("Connection: close"));
}

TEST_CASE("several take-overs in a row keep everybody") {
  const auto upstream = Upstream::answering([](const std::string&) { return ok("last"); });
  Line line;
  line.next().serve("site.test", {}, kHeld);
  std::vector<Client> clients;
  RunningRouter* router = nullptr;
  for (int i = 0; i < 3; ++i) {
    router = &line.next(static_cast<std::size_t>(i) + 1);  // more loops than the former, or fewer sockets than loops
    clients.emplace_back(router->port()).send(kGet);
    REQUIRE(waiting(*router, i + 1));
  }
  router->serve("site.test", {upstream->address()});
  for (Client& client : clients) CHECK(body_of(client.read_message()) == "last");
}

TEST_CASE("a new router that ends before it took over leaves the old one serving") {
  const auto upstream = Upstream::answering([](const std::string&) { return ok("old"); });
  Line line;
  RunningRouter& old = line.next();
  old.serve("site.test", {upstream->address()});
  std::future<Json> change;
  {
    const std::optional<Inheritance> inheritance = claim_inheritance(line.control());
    REQUIRE(inheritance);
    CHECK(inheritance->sockets.at("listen 127.0.0.1:0").size() == 2);
    CHECK_THROWS_AS(claim_inheritance("/nonexistent").value(), std::bad_optional_access);
    // What is asked meanwhile waits: it is for whoever serves in the end.
    change = std::async(std::launch::async, [&] { return old.control({{"op", "ping"}}); });
    CHECK(status_of(get(old.port(), "site.test", "/")) == 200);
    CHECK(change.wait_for(std::chrono::milliseconds(50)) == std::future_status::timeout);
  }
  CHECK(change.get()["ok"] == true);
  CHECK(body_of(get(old.port(), "site.test", "/")) == "old");
  CHECK_FALSE(old.ended());
  CHECK(body_of(get(line.next().port(), "site.test", "/")) == "old");
}

TEST_CASE("a router that left its place leaves what is on disk alone") {
  const TemporaryDirectory state;
  Settings settings;
  settings.state_dir = state.path() / "old";
  RunningRouter old(settings);
  old.serve("site.test", {}, kHeld);
  Client client(old.port());
  client.send(kGet);
  REQUIRE(waiting(old, 1));
  settings.control = old.directory() / "control";
  settings.state_dir = state.path() / "new";
  settings.take_over = true;
  RunningRouter fresh(settings);
  fresh.serve("site.test", {});
  CHECK(status_of(client.read_message()) == 503);
  CHECK_THAT(read_file(state.path() / "old/environments/env.json"), Contains("\"active\":true"));
  CHECK_THAT(read_file(state.path() / "new/environments/env.json"), !Contains("active"));
}

TEST_CASE("a service manager that waits is told which process serves") {
  const TemporaryDirectory directory;
  const std::string path = directory.path() / "notify";
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  const Fd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  REQUIRE(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
  announce_main_process();
  ::unsetenv("NOTIFY_SOCKET");
  std::string message(100, '\0');
  const ssize_t got = ::recv(socket.get(), message.data(), message.size(), MSG_DONTWAIT);
  message.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  CHECK(message == "MAINPID=" + std::to_string(::getpid()) + "\nREADY=1");
}

TEST_CASE("nobody but a successor can relieve a router") {
  RunningRouter router;
  CHECK(router.control({{"op", "relieve"}})["ok"] == false);
  CHECK(router.control({{"op", "stop"}})["ok"] == false);
  CHECK(router.control({{"op", "ping"}})["ok"] == true);
}

namespace {

// Clients that ask at a pace, one connection each request or one for many; half of them post.
class Load {
 public:
  Load(int port, bool keep_alive, std::chrono::microseconds pace)
      : thread_([this, port, keep_alive, pace](const std::stop_token& stop) { run(stop, port, keep_alive, pace); }) {}

  void stop() {
    thread_.request_stop();
    thread_.join();
  }
  std::atomic<int> answered = 0;
  std::vector<std::string> failures;  // after stop()

 private:
  void run(const std::stop_token& stop, int port, bool keep_alive, std::chrono::microseconds pace) {
    auto next = std::chrono::steady_clock::now();
    std::optional<Client> client;
    while (!stop.stop_requested()) {
      try {
        if (!client) client.emplace(port);
        const bool post = answered % 2 == 0;
        client->send(post ? "POST / HTTP/1.1\r\nHost: site.test\r\nContent-Length: 4\r\n\r\nbody" : kGet);
        const std::string response = client->read_message();
        if (status_of(response) != 200) throw Error("got '" + response.substr(0, 40) + "'");
        ++answered;
        if (!keep_alive || response.find("Connection: close") != std::string::npos) client.reset();
      } catch (const Error& error) {
        failures.emplace_back(error.what());
        client.reset();
      }
      std::this_thread::sleep_until(next += pace);
    }
  }

  std::jthread thread_;
};

// The program, and those that take its place; none is left at the end.
class Program {
 public:
  Program()
      : program_({.argv = {ROUTER_PROGRAM, "--listen", "127.0.0.1:" + std::to_string(port_), "--control", control_,
                           "--state-dir", directory_.path() / "state", "--threads", "2", "--log-level", "warning"},
                  .environment = {},
                  .directory = {},
                  .user = {},
                  .stderr_fd = STDERR_FILENO,
                  .inherited_fds = {}}) {}
  ~Program() { ::kill(pid(), SIGTERM); }

  // Asks again when the router is replaced meanwhile.
  Json ask(const Json& request) {
    Json answer;
    const bool answered = eventually([&] {
      try {
        Client client(connect_unix(control_));
        answer = Json::parse(client.send(request.dump() + "\n").read_until("\n"), nullptr, false);
        return answer.is_object();
      } catch (const SystemError&) {
        return false;
      }
    });
    if (!answered) throw Error("cannot ask the router");
    return answer;
  }
  pid_t pid() { return ask({{"op", "stats"}})["stats"]["pid"]; }
  int port() const { return port_; }

 private:
  TemporaryDirectory directory_;
  const std::filesystem::path control_ = directory_.path() / "control";
  const int port_ = port_of(ListeningSockets().listen("listen", "127.0.0.1:0", 1).front());
  Process program_;
};

}  // namespace

TEST_CASE("no request fails while the program is replaced again and again under load") {
  const auto upstream = Upstream::answering([](const std::string& request) { return ok(body_of(request)); });
  Program program;
  program.ask({{"op", "put"}, {"environment", environment("site.test", {upstream->address()})}});
  std::vector<std::unique_ptr<Load>> loads;
  for (int i = 0; i < 4; ++i) {
    loads.push_back(std::make_unique<Load>(program.port(), i % 2 == 0, std::chrono::milliseconds(8)));
  }
  for (int i = 0; i < 4; ++i) {
    const pid_t former = program.pid();
    REQUIRE(::kill(former, SIGUSR2) == 0);
    REQUIRE(eventually([&] { return program.pid() != former; }));
    const int seen = loads.front()->answered;
    REQUIRE(eventually([&] { return loads.front()->answered > seen + 20; }));
  }
  int answered = 0;
  for (const auto& load : loads) {
    load->stop();
    answered += load->answered;
    CHECK(load->failures == std::vector<std::string>{});
  }
  CHECK(answered > 200);
}

}  // namespace penstock::router::test
