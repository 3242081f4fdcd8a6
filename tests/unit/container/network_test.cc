#include "base/error.h"
#include "container/host_network.h"
#include "support/eventually.h"
#include "test_engine.h"

#include <catch2/catch.hpp>

#include <arpa/inet.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/socket.h>

#include <fstream>
#include <thread>

namespace penstock::test {
namespace {

// Answers every connection with "hello", here or in another network namespace.
class Server {
 public:
  explicit Server(int network_namespace = -1) {
    std::thread([&] {
      if (network_namespace >= 0) ::setns(network_namespace, CLONE_NEWNET);
      socket_.reset(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    }).join();
    sockaddr_in any{};
    any.sin_family = AF_INET;
    REQUIRE(::bind(socket_.get(), reinterpret_cast<sockaddr*>(&any), sizeof any) == 0);
    REQUIRE(::listen(socket_.get(), 8) == 0);
    thread_ = std::thread([this] { serve(); });
  }
  ~Server() {
    ::shutdown(socket_.get(), SHUT_RDWR);
    thread_.join();
  }

  std::uint16_t port() const {
    sockaddr_in bound{};
    socklen_t size = sizeof bound;
    ::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&bound), &size);
    return ntohs(bound.sin_port);
  }

 private:
  void serve() {
    while (true) {
      const Fd client(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (!client) return;
      std::string request(4096, '\0');
      if (::read(client.get(), request.data(), request.size()) <= 0) continue;
      write_all(client.get(), "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello");
    }
  }

  Fd socket_;
  std::thread thread_;
};

std::string fetch(const std::string& address, std::uint16_t port) {
  return "curl --silent --show-error --max-time 5 http://" + address + ":" + std::to_string(port) + "/";
}

// Serves "hello" on port 8000 from inside a container, with nothing but what the image has.
ContainerSpec serving() {
  return TestEngine::spec({"/usr/bin/perl", "-MIO::Socket::INET", "-e",
                           "$s = IO::Socket::INET->new(LocalPort => 8000, Listen => 5, ReuseAddr => 1) or die;"
                           "$| = 1; print qq(ready\n);"
                           "while ($c = $s->accept) { sysread $c, $_, 4096;"
                           "  print $c qq(HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello); close $c }"});
}

std::string start_serving(TestEngine& engine, const ContainerSpec& spec) {
  std::string address = engine->create(spec).address;
  engine->start(spec.id);
  REQUIRE(eventually([&] { return !engine->tail(spec.id, 1).empty(); }));
  return address;
}

ContainerSpec idle() {
  return TestEngine::shell("exec sleep 1000");
}

void start_idle(TestEngine& engine, const ContainerSpec& spec) {
  engine->create(spec);
  engine->start(spec.id);
}

}  // namespace

TEST_CASE("a container reaches the world, which does not see its address") {
  TestEngine engine;
  // A network namespace beside the containers', not one of theirs: the world.
  const std::string prefix = random_id(5);
  const HostNetwork outside(prefix);
  const Fd world = outside.connect("198.51.100.7");
  const Server server(world.get());
  const auto outcome = engine.run(fetch("198.51.100.7", server.port()));
  outside.disconnect("198.51.100.7");
  CHECK(outcome.out == "hello");
}

TEST_CASE("a container reaches no port of the host") {
  TestEngine engine;
  const Server server;
  CHECK_FALSE(engine.run(fetch("169.254.1.1", server.port())).status.success());
  CHECK_FALSE(engine.run(fetch("127.0.0.1", server.port())).status.success());
  // Whatever address of the host its packets would be sent to.
  const std::string own = run_checked({"hostname", "-I"});
  CHECK_FALSE(engine.run(fetch(own.substr(0, own.find(' ')), server.port())).status.success());
}

TEST_CASE("the host reaches a container") {
  TestEngine engine;
  const std::string address = start_serving(engine, serving());
  CHECK(run_checked({"curl", "--silent", "--noproxy", "*", "--max-time", "5", "http://" + address + ":8000/"}) ==
        "hello");
}

TEST_CASE("a container reaches another only as allowed") {
  TestEngine engine;
  const auto server = serving();
  const std::string address = start_serving(engine, server);
  const auto client = idle();
  start_idle(engine, client);
  CHECK_FALSE(engine.exec(client.id, fetch(address, 8000)).status.success());
  engine->allow(client.id, {.id = server.id, .port = 8000});
  CHECK(engine.exec(client.id, fetch(address, 8000)).out == "hello");
  CHECK_FALSE(engine.exec(client.id, fetch(address, 80)).status.success());
  CHECK_FALSE(engine.exec(server.id, fetch(engine->find(client.id)->address, 8000)).status.success());
}

TEST_CASE("a container finds another at the port it is shown at, and nobody else does") {
  TestEngine engine;
  const auto server = serving();
  const std::string address = start_serving(engine, server);
  const auto client = idle();
  start_idle(engine, client);
  const auto stranger = idle();
  start_idle(engine, stranger);
  engine->allow(client.id, {.id = server.id, .port = 8000, .shown_port = 80});
  CHECK(engine.exec(client.id, fetch(address, 80)).out == "hello");
  CHECK_FALSE(engine.exec(client.id, fetch(address, 81)).status.success());
  CHECK_FALSE(engine.exec(stranger.id, fetch(address, 80)).status.success());
  engine->remove(client.id);
  CHECK_FALSE(engine.exec(stranger.id, fetch(address, 80)).status.success());
}

TEST_CASE("what is allowed survives a restart and ends with the container") {
  TestEngine engine;
  const auto server = serving();
  const std::string address = start_serving(engine, server);
  auto client = idle();
  client.peers = {{.id = server.id, .port = 8000, .shown_port = 80}};
  start_idle(engine, client);
  engine.restart();
  CHECK(engine.exec(client.id, fetch(address, 8000)).out == "hello");
  CHECK(engine.exec(client.id, fetch(address, 80)).out == "hello");
  engine->remove(client.id);
  CHECK(eventually([&] { return std::filesystem::is_empty(engine.settings().directory / ".allowed"); }));
}

TEST_CASE("a container without network has only itself") {
  TestEngine engine;
  auto spec = TestEngine::shell("ls /sys/class/net");
  spec.network = Network::None;
  CHECK(engine.run(spec).out == "lo\n");
}

TEST_CASE("a container knows the names it is given and the host's name servers") {
  TestEngine engine;
  auto spec = TestEngine::shell("getent hosts database.internal; hostname; cat /etc/resolv.conf");
  spec.hosts = {{"database.internal", "10.1.2.3"}};
  spec.hostname = "web";
  const std::string out = engine.run(spec).out;
  CHECK_THAT(out, Catch::StartsWith("10.1.2.3        database.internal\nweb\n"));
  CHECK_THAT(out, Catch::EndsWith(container_resolv_conf()));
}

TEST_CASE("name servers on the host's loopback are not handed to containers") {
  const TemporaryDirectory etc;
  std::ofstream(etc.path() / "resolv.conf") << "nameserver 127.0.0.53\nnameserver 192.0.2.1\nsearch example.org\n";
  CHECK(container_resolv_conf(etc.path(), "/nonexistent") == "nameserver 192.0.2.1\nsearch example.org\n");
}

}  // namespace penstock::test
