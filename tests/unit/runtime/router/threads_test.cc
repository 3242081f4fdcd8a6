#include "base/error.h"
#include "runtime/router/loop/listening_socket.h"
#include "support/eventually.h"
#include "unit/runtime/router/test_support.h"

#include <catch2/catch.hpp>

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

const std::string kGet = "GET / HTTP/1.1\r\nHost: site.test\r\n\r\n";

std::vector<Client> connected_clients(int port) {
  std::vector<Client> clients;
  for (int i = 0; i < kClients; ++i) clients.emplace_back(port);
  return clients;
}

// How many loops have taken connections cannot be asked of a router; that the kernel shares out can be seen here.
std::size_t sockets_chosen(const std::vector<Fd>& sockets) {
  return static_cast<std::size_t>(std::count_if(sockets.begin(), sockets.end(), [](const Fd& socket) {
    return static_cast<bool>(Fd(::accept4(socket.get(), nullptr, nullptr, SOCK_NONBLOCK)));
  }));
}

}  // namespace

TEST_CASE("the kernel shares connections out over the loops") {
  const std::vector<Fd> sockets = listen_on(SocketAddress("127.0.0.1:0"), kThreads);
  const std::vector<Client> clients = connected_clients(port_of(sockets.front().get()));
  CHECK(sockets_chosen(sockets) > 1);
}

TEST_CASE("an address that another program listens on is refused, though it could be shared") {
  const std::vector<Fd> sockets = listen_on(SocketAddress("127.0.0.1:0"), 2);
  const std::string address = "127.0.0.1:" + std::to_string(port_of(sockets.front().get()));
  CHECK_THROWS_AS(listen_on(SocketAddress(address), 2), SystemError);
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

TEST_CASE("a unix socket is served by all loops") {
  const TemporaryDirectory directory;
  const std::vector<Fd> sockets = listen_on(SocketAddress("unix:" + (directory.path() / "s").string()), kThreads);
  CHECK(sockets.size() == kThreads);
  CHECK(port_of(sockets.back().get()) == 0);
}

}  // namespace penstock::router::test
