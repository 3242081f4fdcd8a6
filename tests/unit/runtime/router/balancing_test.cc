#include "runtime/router/upstream/balancer.h"
#include "support/eventually.h"
#include "unit/runtime/router/test_support.h"

#include <catch2/catch.hpp>

#include <map>
#include <set>

namespace penstock::router::test {

using penstock::test::eventually;

namespace {

std::vector<SocketAddress> three() {
  return {SocketAddress("10.0.0.1:80"), SocketAddress("10.0.0.2:80"), SocketAddress("10.0.0.3:80")};
}

// A balancer with a clock to turn and connections to set.
struct Trial {
  Milliseconds now{0};
  std::map<std::string, std::size_t> connections;
  Balancer balancer{[this] { return now; }};

  std::optional<std::size_t> choose(const std::vector<SocketAddress>& addresses, const Balancer::Request& request) {
    return balancer.choose(addresses, request, [&](const SocketAddress& each) { return connections[each.text()]; });
  }
};

}  // namespace

TEST_CASE("the instance with the fewest connections is chosen, equals in turn") {
  Trial trial;
  const auto addresses = three();
  trial.connections = {{"10.0.0.1:80", 5}, {"10.0.0.2:80", 3}, {"10.0.0.3:80", 4}};
  for (std::size_t turn = 0; turn < 3; ++turn) CHECK(trial.choose(addresses, {.turn = turn}) == 1);
  CHECK(trial.choose(addresses, {.tried = 0b010}) == 2);
  CHECK(trial.choose(addresses, {.tried = 0b111}) == std::nullopt);
  trial.connections.clear();
  std::set<std::size_t> chosen;
  for (std::size_t turn = 0; turn < 3; ++turn) chosen.insert(*trial.choose(addresses, {.turn = turn}));
  CHECK(chosen.size() == 3);
}

TEST_CASE("an instance that cannot be reached is left alone, longer each time, until it answers") {
  Trial trial;
  const auto addresses = three();
  trial.connections = {{"10.0.0.2:80", 1}, {"10.0.0.3:80", 1}};
  trial.balancer.unreachable(addresses[0]);
  CHECK(trial.choose(addresses, {}) != 0);
  trial.now = Milliseconds(1000);
  CHECK(trial.choose(addresses, {}) == 0);
  trial.balancer.unreachable(addresses[0]);
  trial.now = Milliseconds(2999);
  CHECK(trial.choose(addresses, {}) != 0);
  trial.now = Milliseconds(3000);
  CHECK(trial.choose(addresses, {}) == 0);
  trial.balancer.answered(addresses[0]);
  trial.balancer.unreachable(addresses[0]);
  trial.now = Milliseconds(4000);
  CHECK(trial.choose(addresses, {}) == 0);
}

TEST_CASE("one broken answer says nothing about an instance, several in a row do") {
  Trial trial;
  const auto addresses = three();
  trial.connections = {{"10.0.0.2:80", 1}, {"10.0.0.3:80", 1}};
  for (int i = 0; i < 2; ++i) trial.balancer.broke_off(addresses[0]);
  CHECK(trial.choose(addresses, {}) == 0);
  trial.balancer.answered(addresses[0]);
  for (int i = 0; i < 2; ++i) trial.balancer.broke_off(addresses[0]);
  CHECK(trial.choose(addresses, {}) == 0);
  trial.balancer.broke_off(addresses[0]);
  CHECK(trial.choose(addresses, {}) != 0);
}

TEST_CASE("when all instances fail, they are tried nevertheless") {
  Trial trial;
  const auto addresses = three();
  for (const SocketAddress& address : addresses) trial.balancer.unreachable(address);
  CHECK(trial.choose(addresses, {}).has_value());
}

TEST_CASE("a sticky client stays with its instance, and only those of a lost one move") {
  Trial trial;
  const auto addresses = three();
  std::map<std::string, std::size_t> before;
  std::set<std::size_t> used;
  for (int i = 0; i < 50; ++i) {
    const std::string ip = "192.0.2." + std::to_string(i);
    before[ip] = *trial.choose(addresses, {.turn = static_cast<std::size_t>(i), .client_ip = ip});
    used.insert(before[ip]);
    CHECK(trial.choose(addresses, {.turn = static_cast<std::size_t>(i) + 1, .client_ip = ip}) == before[ip]);
  }
  CHECK(used.size() == 3);
  trial.balancer.unreachable(addresses[1]);
  for (const auto& [ip, index] : before) {
    const auto now = trial.choose(addresses, {.client_ip = ip});
    if (index == 1) {
      CHECK(now != 1);
    } else {
      CHECK(now == index);
    }
  }
}

TEST_CASE("requests are spread over the instances, and go on when one is away") {
  const auto named = [](const std::string& name) {
    return Upstream::answering([name](const std::string&) { return ok(name); });
  };
  const auto a = named("a");
  const auto b = named("b");
  RunningRouter router;
  router.serve("site.test", {a->address(), b->address()});
  std::set<std::string> seen;
  Client client(router.port());
  const auto ask = [&] { return client.send("GET / HTTP/1.1\r\nHost: site.test\r\n\r\n").read_message(); };
  for (int i = 0; i < 6; ++i) seen.insert(body_of(ask()));
  CHECK(seen == std::set<std::string>{"a", "b"});
  b->hang_up();
  for (int i = 0; i < 10; ++i) CHECK(body_of(ask()) == "a");
}

TEST_CASE("an instance that breaks off is left for the next, if the request may be repeated") {
  std::atomic<int> broken = 0;
  Upstream breaking([&](Client& client) {
    client.read_message();
    ++broken;
  });
  const auto good = Upstream::answering([](const std::string&) { return ok("good"); });
  RunningRouter router;
  router.serve("site.test", {breaking.address(), good->address()});
  Client client(router.port());
  for (int i = 0; i < 12; ++i) {
    CHECK(body_of(client.send("GET / HTTP/1.1\r\nHost: site.test\r\n\r\n").read_message()) == "good");
  }
  CHECK(broken == 3);
  bool refused = false;
  RunningRouter other;
  other.serve("site.test", {breaking.address(), good->address()});
  for (int i = 0; i < 2; ++i) {
    const std::string response =
        Client(other.port()).send("POST / HTTP/1.1\r\nHost: site.test\r\nContent-Length: 1\r\n\r\nx").read_message();
    refused |= status_of(response) == 502;
  }
  CHECK(refused);
}

TEST_CASE("a sticky route leads a client to one instance") {
  const auto a = Upstream::answering([](const std::string&) { return ok("a"); });
  const auto b = Upstream::answering([](const std::string&) { return ok("b"); });
  RunningRouter router;
  Json entry = environment("site.test", {a->address(), b->address()});
  entry["routes"][0]["sticky"] = true;
  router.control({{"op", "put"}, {"environment", entry}});
  std::set<std::string> seen;
  for (int i = 0; i < 8; ++i) seen.insert(body_of(get(router.port(), "site.test", "/")));
  CHECK(seen.size() == 1);
}

}  // namespace penstock::router::test
