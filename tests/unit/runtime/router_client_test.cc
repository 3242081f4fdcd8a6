#include "runtime/router_client.h"

#include "base/error.h"
#include "unit/runtime/fake_router.h"

#include <catch2/catch.hpp>

#include <future>
#include <thread>

namespace {

using namespace penstock;
using penstock::test::FakeRouter;
using Operations = std::vector<std::string>;

struct RouterFixture {
  std::filesystem::path socket() const { return directory.path() / "router.sock"; }

  TemporaryDirectory directory;
};

Json entry(const std::string& id, const std::string& address = "10.0.0.1:8888") {
  return {{"id", id}, {"upstreams", {{"app", {{"addresses", {address}}}}}}};
}

}  // namespace

TEST_CASE_METHOD(RouterFixture, "the router is told one entry at a time") {
  FakeRouter router(socket());
  RouterClient client(socket());
  CHECK(client.put(entry("shop")).empty());
  client.put(entry("blog"));
  client.remove("shop");
  CHECK(router.operations() == Operations{"put", "put", "remove"});
  CHECK(router.table().count("blog") == 1);
  CHECK(router.table().count("shop") == 0);
}

TEST_CASE_METHOD(RouterFixture, "a router that was restarted is told the whole table first") {
  RouterClient client(socket());
  {
    FakeRouter before(socket());
    client.replace({entry("shop"), entry("blog")});
  }
  FakeRouter after(socket());
  client.put(entry("wiki"));
  CHECK(after.operations() == Operations{"replace", "put"});
  CHECK(after.table().size() == 3);
}

TEST_CASE_METHOD(RouterFixture, "a router that was restarted has its certificates before its table") {
  RouterClient client(socket());
  {
    FakeRouter before(socket());
    client.replace_certificates({{{"id", "a"}}});
    client.put_certificate({{"id", "b"}});
    client.put_certificate({{"id", "c"}});
    client.remove_certificate("a");
    client.replace({entry("shop")});
  }
  FakeRouter after(socket());
  client.refresh();
  CHECK(after.operations() == Operations{"replace_certificates", "replace", "ping"});
  CHECK(after.requests()[0]["certificates"] == Json{{{"id", "b"}}, {{"id", "c"}}});
}

TEST_CASE_METHOD(RouterFixture, "what could not be told is told once the router is back") {
  RouterClient client(socket(), std::chrono::milliseconds(20));
  {
    FakeRouter before(socket());
    client.replace({});
  }
  CHECK_THROWS_AS(client.put(entry("shop")), Error);
  FakeRouter after(socket());
  client.refresh();
  CHECK(after.operations() == Operations{"replace", "ping"});
  CHECK(after.table().count("shop") == 1);
}

TEST_CASE_METHOD(RouterFixture, "a refusal of the router is an error that says why") {
  FakeRouter router(socket());
  router.answer = [](const Json&) -> Json { return {{"ok", false}, {"error", "no id"}}; };
  RouterClient client(socket());
  CHECK_THROWS_WITH(client.put(entry("shop")), "cannot tell the router: no id");
}

TEST_CASE_METHOD(RouterFixture, "what the router does not accept of an entry comes back") {
  FakeRouter router(socket());
  router.answer = [](const Json&) -> Json { return {{"ok", true}, {"dropped", {{{"entry", "x"}, {"why", "bad"}}}}}; };
  RouterClient client(socket());
  CHECK(client.put(entry("shop")) == std::vector<std::string>{"x: bad"});
}

TEST_CASE_METHOD(RouterFixture, "the report of held requests is read") {
  FakeRouter router(socket());
  const RequestReport report = RouterClient(socket()).report("shop");
  CHECK(report.held == 3);
  CHECK(report.longest_hold == std::chrono::milliseconds(412));
}

TEST_CASE_METHOD(RouterFixture, "a drain waits for its answer while others ask") {
  FakeRouter router(socket());
  RouterClient client(socket());
  std::promise<void> asked;
  router.answer = [&](const Json& request) -> Json {
    if (request.at("op") == "ping") asked.set_value();
    if (request.at("op") != "drain") return {{"ok", true}};
    asked.get_future().wait();
    return {{"ok", true}, {"report", {{"finished", 4}, {"closed", 1}, {"cut", 2}}}};
  };
  std::optional<DrainReport> report;
  std::jthread waiting([&] { report = client.drain({"10.0.0.1:8888"}, {}, {}); });
  client.refresh();
  waiting.join();
  REQUIRE(report);
  CHECK(report->finished == 4);
  CHECK(report->closed == 1);
  CHECK(report->cut == 2);
}

TEST_CASE_METHOD(RouterFixture, "a drain ends at once when it is stopped") {
  FakeRouter router(socket());
  std::promise<void> over;
  std::stop_source stop;
  router.answer = [&](const Json&) -> Json {
    stop.request_stop();
    over.get_future().wait();
    return {{"ok", true}};
  };
  CHECK_FALSE(RouterClient(socket()).drain({"10.0.0.1:8888"}, {}, stop.get_token()));
  over.set_value();
}

TEST_CASE_METHOD(RouterFixture, "a router that is gone has nothing to drain") {
  CHECK(RouterClient(socket()).drain({"10.0.0.1:8888"}, {}, {}).value().finished == 0);
}

TEST_CASE_METHOD(RouterFixture, "a router that does not answer is an error once patience ends") {
  RouterClient client(socket(), std::chrono::milliseconds(20));
  CHECK_THROWS_WITH(client.put(entry("shop")), Catch::Contains("cannot reach the router"));
}
