#include "base/error.h"
#include "base/unix_socket.h"
#include "runtime/router/loop/listening_sockets.h"
#include "runtime/router/privileges.h"
#include "support/eventually.h"
#include "unit/runtime/router/test_support.h"

#include <catch2/catch.hpp>

#include <sys/socket.h>

#include <algorithm>
#include <sstream>

namespace penstock::router::test {

using penstock::test::eventually;

namespace {

constexpr std::size_t kThreads = 4;
constexpr int kClients = 24;  // so many that the kernel gives some to every loop

Settings many_threads() {
  Settings settings;
  settings.threads = kThreads;
  return settings;
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;  // which takes memory of its own
#else
constexpr bool kSanitized = false;
#endif

const std::string kGet = "GET / HTTP/1.1\r\nHost: site.test\r\n\r\n";

// Bytes of this process, of which the router is a part, that are its own.
std::size_t private_memory() {
  std::istringstream status(read_file("/proc/self/status"));
  for (std::string name; status >> name;) {
    std::size_t kilobytes = 0;
    if (name == "RssAnon:" && status >> kilobytes) return kilobytes * 1024;
  }
  return 0;
}

std::vector<Client> connected_clients(int port) {
  std::vector<Client> clients;
  for (int i = 0; i < kClients; ++i) clients.emplace_back(port);
  return clients;
}

}  // namespace

TEST_CASE("the kernel shares connections out over the loops") {
  ListeningSockets sockets;
  const std::vector<int> each = sockets.listen("listen", "127.0.0.1:0", kThreads);
  REQUIRE(each.size() == kThreads);
  const std::vector<Client> clients = connected_clients(port_of(each.front()));
  const auto chosen = std::count_if(each.begin(), each.end(), [](int socket) {
    return static_cast<bool>(Fd(::accept4(socket, nullptr, nullptr, SOCK_NONBLOCK)));
  });
  CHECK(chosen > 1);
}

TEST_CASE("an address that another program listens on is refused, though it could be shared") {
  ListeningSockets sockets;
  const std::string address =
      "127.0.0.1:" + std::to_string(port_of(sockets.listen("listen", "127.0.0.1:0", 2).front()));
  CHECK_THROWS_AS(ListeningSockets().listen("listen", address, 2), SystemError);
}

TEST_CASE("a router also listens on unix sockets, with all loops") {
  const auto upstream = Upstream::answering([](const std::string&) { return ok("by path"); });
  const TemporaryDirectory directory;
  const std::filesystem::path path = directory.path() / "socket";
  Settings settings = many_threads();
  settings.listen = {"unix:" + path.string()};
  RunningRouter router(settings);
  router.serve("site.test", {upstream->address()});
  for (int i = 0; i < 8; ++i) CHECK(body_of(Client(connect_unix(path)).send(kGet).read_message()) == "by path");
}

TEST_CASE("all loops serve, and are counted together") {
  const auto upstream = Upstream::answering([](const std::string&) { return ok("x"); });
  RunningRouter router(many_threads());
  router.serve("site.test", {upstream->address()});
  std::vector<Client> clients = connected_clients(router.port());
  for (Client& client : clients) client.send(kGet);
  for (Client& client : clients) CHECK(status_of(client.read_message()) == 200);
  const Json stats = router.control({{"op", "stats"}})["stats"];
  CHECK(stats["threads"] == kThreads);
  CHECK(stats["requests"] == kClients);
  CHECK(stats["connections"] == kClients);
  CHECK(stats["open_connections"] == kClients);
}

TEST_CASE("a table is served by all loops once it is acknowledged, and a hold is in force") {
  const auto old = Upstream::answering([](const std::string&) { return ok("old"); });
  const auto fresh = Upstream::answering([](const std::string&) { return ok("new"); });
  RunningRouter router(many_threads());
  std::vector<Client> clients = connected_clients(router.port());
  for (int round = 0; round < 20; ++round) {
    router.serve("site.test", {old->address()});
    for (Client& client : clients) CHECK(body_of(client.send(kGet).read_message()) == "old");
    router.serve("site.test", {old->address()}, {{"hold", {{"active", true}}}});
    for (Client& client : clients) client.send(kGet);
    REQUIRE(eventually([&] { return router.report("env")["waiting"] == kClients; }));
    router.serve("site.test", {fresh->address()});
    for (Client& client : clients) CHECK(body_of(client.read_message()) == "new");
    const Json report = router.report("env");
    CHECK(report["held"] == kClients);
    CHECK(report["released"] == kClients);
  }
}

TEST_CASE("the bounds of a hold are of all loops together") {
  RunningRouter router(many_threads());
  router.serve("site.test", {}, {{"hold", {{"active", true}, {"max_requests", kClients / 2}}}});
  std::vector<Client> clients = connected_clients(router.port());
  for (int i = 0; i < kClients; ++i) {
    clients[static_cast<std::size_t>(i)].send(kGet);
    REQUIRE(eventually([&] {
      const Json report = router.report("env");
      return report["waiting"].get<int>() + report["refused"].get<int>() == i + 1;
    }));
  }
  CHECK(router.report("env")["refused"] == kClients / 2);
}

// tests/bench/hold measures the same with more of them, for longer.
TEST_CASE("very many requests are held at little cost, while others are served, and are all answered") {
  constexpr int kHeld = 2000;
  raise_file_limit();
  const auto upstream = Upstream::answering([](const std::string&) { return ok("x"); });
  RunningRouter router(many_threads());
  router.serve("other.test", {upstream->address()}, {{"id", "other"}});
  router.serve("site.test", {}, {{"hold", {{"active", true}}}});
  const std::size_t before = private_memory();
  std::vector<Client> clients;
  for (int i = 0; i < kHeld; ++i) clients.emplace_back(router.port()).send(kGet);
  REQUIRE(eventually([&] { return router.report("env")["waiting"] == kHeld; }));
  if (!kSanitized) CHECK((private_memory() - before) / kHeld < 4096);
  CHECK(status_of(get(router.port(), "other.test", "/")) == 200);
  router.serve("site.test", {upstream->address()});
  int answered = 0;
  for (Client& client : clients) answered += status_of(client.read_message()) == 200 ? 1 : 0;
  CHECK(answered == kHeld);
  CHECK(router.report("env")["released"] == kHeld);
}

}  // namespace penstock::router::test
