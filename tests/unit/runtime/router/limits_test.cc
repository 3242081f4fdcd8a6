#include "base/error.h"
#include "base/process.h"
#include "base/unix_socket.h"
#include "runtime/router/loop/connection_limits.h"
#include "runtime/router/loop/listening_sockets.h"
#include "support/eventually.h"
#include "unit/runtime/router/test_support.h"

#include <catch2/catch.hpp>

#include <unistd.h>

#include <csignal>
#include <iterator>
#include <list>
#include <sstream>

namespace penstock::router::test {

using Catch::Contains;
using penstock::test::eventually;

TEST_CASE("places are counted by address and in all, and free again when nobody holds them") {
  ConnectionLimits limits({.per_address = 2, .in_all = 4, .trusted = {"9.9.9.9"}});
  auto first = limits.admit("1.1.1.1");
  auto second = limits.admit("1.1.1.1");
  CHECK(first);
  CHECK(second);
  CHECK_FALSE(limits.admit("1.1.1.1"));
  const auto other = limits.admit("2.2.2.2");
  CHECK(other);
  const auto copy = first;
  first.reset();
  CHECK_FALSE(limits.admit("1.1.1.1"));
  second.reset();
  CHECK(limits.admit("1.1.1.1"));
  std::vector<std::shared_ptr<const void>> trusted{limits.admit("9.9.9.9"), limits.admit("9.9.9.9")};
  CHECK(trusted.back());
  CHECK_FALSE(limits.admit("3.3.3.3"));
  trusted.clear();
  CHECK(limits.admit(""));
}

TEST_CASE("a client address has no more connections than it may, over all loops; others are served") {
  const auto upstream = Upstream::answering([](const std::string&) { return ok("x"); });
  Settings settings;
  settings.threads = 3;
  settings.connections_per_address = 8;
  settings.trusted = {};
  RunningRouter router(settings);
  router.serve("site.test", {upstream->address()});
  const std::string request = "GET / HTTP/1.1\r\nHost: site.test\r\n\r\n";
  std::vector<Client> clients;
  for (int i = 0; i < 8; ++i) {
    clients.emplace_back(router.port());
    CHECK(status_of(clients.back().send(request).read_message()) == 200);
  }
  CHECK(Client(router.port()).closed_by_peer());
  CHECK(router.control({{"op", "stats"}})["stats"]["refused_connections"] == 1);
  clients.pop_back();
  CHECK(eventually([&] { return status_of(Client(router.port()).send(request).read_message()) == 200; }));
}

namespace {

double cpu_seconds(pid_t pid) {
  const std::string stat = read_file("/proc/" + std::to_string(pid) + "/stat");
  std::istringstream fields(stat.substr(stat.rfind(')') + 1));
  std::string skipped;
  for (int i = 0; i < 11; ++i) fields >> skipped;
  double user = 0;
  double system = 0;
  fields >> user >> system;
  return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

}  // namespace

TEST_CASE("out of file descriptors a router neither spins nor forgets who waits") {
  const TemporaryDirectory directory;
  const auto control = directory.path() / "control";
  const int port = port_of(ListeningSockets().listen("listen", "127.0.0.1:0", 1).front());
  // As many descriptors as it needs for itself, and some more; connections in all are bounded by more than that.
  Process program(
      {.argv = {"prlimit", "--nofile=40:40", ROUTER_PROGRAM, "--listen", "127.0.0.1:" + std::to_string(port),
                "--control", control, "--state-dir", directory.path() / "state", "--threads", "1", "--connections",
                "1000", "--log-level", "error"},
       .environment = {},
       .directory = {},
       .user = {},
       .inherited_fds = {}});
  const std::string request = "GET / HTTP/1.1\r\nHost: unknown.test\r\n\r\n";
  REQUIRE(eventually([&] {
    try {
      return status_of(Client(port).send(request).read_message()) == 404;
    } catch (const Error&) {
      return false;
    }
  }));
  std::list<Client> clients;
  for (int i = 0; i < 60; ++i) clients.emplace_back(port).send(request);
  CHECK(status_of(clients.front().read_message()) == 404);
  const double before = cpu_seconds(program.pid());
  const auto since = std::chrono::steady_clock::now();
  REQUIRE(eventually([&] { return std::chrono::steady_clock::now() - since > std::chrono::milliseconds(500); }));
  CHECK(cpu_seconds(program.pid()) - before < 0.1);
  clients.erase(clients.begin(), std::next(clients.begin(), 40));
  for (Client& client : clients) CHECK(status_of(client.read_message()) == 404);
  program.signal_group(SIGTERM);
}

}  // namespace penstock::router::test
