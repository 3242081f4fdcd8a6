#include "base/unix_socket.h"
#include "support/eventually.h"
#include "unit/runtime/router/test_support.h"

#include <catch2/catch.hpp>

namespace penstock::router::test {

using Catch::Contains;
using penstock::test::eventually;

TEST_CASE("a bad entry is dropped alone and named in the reply") {
  const auto upstream = Upstream::answering([](const std::string&) { return ok("good"); });
  RunningRouter router;
  Json entry = environment("site.test", {upstream->address()});
  entry["routes"].push_back({{"url", "ftp://site.test/"}, {"type", "upstream"}, {"upstream", "app"}});
  entry["routes"].push_back({{"url", "https://b.test/"}, {"type", "upstream"}, {"upstream", "nobody"}});
  entry["upstreams"]["bad"] = {{"addresses", {"no address"}}};
  const Json reply = router.control({{"op", "put"}, {"environment", entry}});
  CHECK(reply["ok"] == true);
  REQUIRE(reply["dropped"].size() == 3);
  CHECK_THAT(reply["dropped"][2].dump(), Contains("https://b.test/") && Contains("nobody"));
  CHECK(body_of(get(router.port(), "site.test", "/")) == "good");
}

TEST_CASE("of two environments that claim a route the first keeps it") {
  const auto first = Upstream::answering([](const std::string&) { return ok("first"); });
  RunningRouter router;
  router.serve("site.test", {first->address()});
  const Json reply = router.serve("site.test", {}, {{"id", "second"}});
  CHECK_THAT(reply["dropped"].dump(), Contains("second: ") && Contains("environment env has this route"));
  CHECK(body_of(get(router.port(), "site.test", "/")) == "first");
}

TEST_CASE("the whole table is replaced at once") {
  const auto upstream = Upstream::answering([](const std::string&) { return ok("x"); });
  RunningRouter router;
  router.serve("old.test", {upstream->address()});
  Json entry = environment("new.test", {upstream->address()});
  entry["id"] = "other";
  const Json reply = router.control({{"op", "replace"}, {"environments", {entry, {{"id", "../bad"}}}}});
  CHECK(reply["dropped"].size() == 1);
  CHECK(status_of(get(router.port(), "old.test", "/")) == 404);
  CHECK(status_of(get(router.port(), "new.test", "/")) == 200);
  CHECK(router.control({{"op", "stats"}})["stats"]["environments"] == 1);
}

TEST_CASE("what cannot be understood is refused and changes nothing") {
  RunningRouter router;
  for (const Json& request :
       {Json("text"), Json{{"op", "dance"}}, Json{{"op", "put"}}, Json{{"op", "put"}, {"environment", 3}},
        Json{{"op", "put"}, {"environment", {{"id", ""}}}}}) {
    const Json reply = router.control(request);
    CHECK(reply["ok"] == false);
    CHECK(reply["error"].is_string());
  }
  CHECK(router.control({{"op", "ping"}})["ok"] == true);
}

TEST_CASE("one control connection takes many requests, also in one piece") {
  RunningRouter router;
  Client client(connect_unix(router.directory() / "control"));
  client.send("{\"op\":\"ping\"}\n{\"op\":\"put\",\"environment\":{\"id\":\"a\"}}\nnonsense\n{\"op\":\"stats\"}\n");
  CHECK_THAT(client.read_until("\n"), Contains("true"));
  CHECK_THAT(client.read_until("\n"), Contains("true"));
  CHECK_THAT(client.read_until("\n"), Contains("false"));
  CHECK_THAT(client.read_until("\n"), Contains("\"environments\":1"));
}

TEST_CASE("a router started alone serves what the last one served") {
  const auto upstream = Upstream::answering([](const std::string&) { return ok("kept"); });
  const TemporaryDirectory state;
  Settings settings;
  settings.state_dir = state.path();
  {
    RunningRouter router(settings);
    router.serve("site.test", {upstream->address()});
    router.serve("gone.test", {upstream->address()}, {{"id", "gone"}});
    router.control({{"op", "remove"}, {"environment", "gone"}});
  }
  write_file_durably(state.path() / "environments" / "broken.json", "{");
  RunningRouter router(settings);
  REQUIRE(eventually([&] { return status_of(get(router.port(), "site.test", "/")) == 200; }));
  CHECK(status_of(get(router.port(), "gone.test", "/")) == 404);
}

TEST_CASE("a hold that nobody ends after a restart ends with its time limit") {
  const auto upstream = Upstream::answering([](const std::string&) { return ok("again"); });
  const TemporaryDirectory state;
  Settings settings;
  settings.state_dir = state.path();
  {
    RunningRouter router(settings);
    router.serve("site.test", {upstream->address()}, {{"hold", {{"active", true}, {"timeout_s", 1}}}});
  }
  RunningRouter router(settings);
  CHECK(body_of(get(router.port(), "site.test", "/")) == "again");
  CHECK(router.report("env")["held"] == 1);
}

}  // namespace penstock::router::test
